package dev.aftercommit.employee.tally;

import dev.aftercommit.employee.http.Ids;
import dev.aftercommit.employee.problem.Problem;
import dev.aftercommit.employee.problem.Problems;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/departments/{id}")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@Tag(name = "Activity", description = "how salaries have moved, in total and today")
class DepartmentActivityResource {

  private final ActivityTable activity;

  @Inject
  DepartmentActivityResource(ActivityTable activity) {
    this.activity = activity;
  }

  @GET
  @Path("/activity")
  @Operation(
      operationId = "getDepartmentActivity",
      summary = "How the salaries of a department's employees have moved")
  @APIResponse(responseCode = "404", description = "department-not-found")
  public DepartmentActivity ofDepartment(@PathParam("id") String id) throws SQLException {
    Supplier<Problem> unknown = () -> Problems.departmentNotFound(id);
    return activity.ofDepartment(Ids.parse(id).orElseThrow(unknown)).orElseThrow(unknown);
  }
}

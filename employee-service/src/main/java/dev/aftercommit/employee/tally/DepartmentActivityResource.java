package dev.aftercommit.employee.tally;

import dev.aftercommit.employee.ids.PublicIds;
import dev.aftercommit.employee.problem.Problems;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/departments/{id}")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@Tag(name = "Activity", description = "how salaries have moved, in total and today")
class DepartmentActivityResource {

  private final ActivityTable activity;
  private final PublicIds ids;

  @Inject
  DepartmentActivityResource(ActivityTable activity, PublicIds ids) {
    this.activity = activity;
    this.ids = ids;
  }

  @GET
  @Path("/activity")
  @Operation(
      operationId = "getDepartmentActivity",
      summary = "How the salaries of a department's employees have moved")
  @APIResponse(responseCode = "404", description = "department-not-found")
  public DepartmentActivity ofDepartment(@PathParam("id") String id) throws SQLException {
    return activity
        .ofDepartment(ids.department(id), id)
        .orElseThrow(() -> Problems.departmentNotFound(id));
  }
}

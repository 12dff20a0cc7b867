package dev.aftercommit.employee.tally;

import dev.aftercommit.employee.ids.PublicIds;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/employees/{id}")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@Tag(name = "Activity", description = "how salaries have moved, in total and today")
class ActivityResource {

  private final ActivityReads activity;
  private final PublicIds ids;

  @Inject
  ActivityResource(ActivityReads activity, PublicIds ids) {
    this.activity = activity;
    this.ids = ids;
  }

  @GET
  @Path("/activity")
  @Operation(operationId = "getActivity", summary = "How an employee's salary has moved")
  @APIResponse(responseCode = "404", description = "employee-not-found")
  public Activity ofEmployee(@PathParam("id") String id) {
    return activity.of(ids.employee(id));
  }
}

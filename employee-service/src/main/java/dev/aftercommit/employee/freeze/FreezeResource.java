package dev.aftercommit.employee.freeze;

import dev.aftercommit.employee.idempotency.RepeatableCommand;
import dev.aftercommit.employee.ids.PublicIds;
import dev.aftercommit.employee.problem.Problems;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.transaction.SystemException;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

@Path("/employees/{id}")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@RepeatableCommand
@Tag(name = "Freezes", description = "a frozen employee cannot be changed")
@APIResponse(responseCode = "404", description = "employee-not-found")
class FreezeResource {

  private final FreezeService service;
  private final PublicIds ids;

  @Inject
  FreezeResource(FreezeService service, PublicIds ids) {
    this.service = service;
    this.ids = ids;
  }

  @POST
  @Path("/freeze")
  @Operation(operationId = "freeze", summary = "Freeze; of any number at once one succeeds")
  @APIResponse(responseCode = "200", description = "frozen by this request")
  @APIResponse(responseCode = "409", description = "already-frozen")
  @APIResponse(responseCode = "423", description = "employee-locked, with wait=false; Retry-After")
  public RestResponse<Freeze> freeze(
      @PathParam("id") String id, @QueryParam("wait") @DefaultValue("true") String wait)
      throws SQLException, SystemException {
    return RestResponse.ok(service.freeze(ids.employee(id), parseWait(wait)));
  }

  @POST
  @Path("/unfreeze")
  @Operation(operationId = "unfreeze", summary = "Unfreeze; of any number at once one succeeds")
  @APIResponse(responseCode = "200", description = "unfrozen by this request")
  @APIResponse(responseCode = "409", description = "not-frozen")
  @APIResponse(responseCode = "423", description = "employee-locked, with wait=false; Retry-After")
  public RestResponse<Freeze> unfreeze(
      @PathParam("id") String id, @QueryParam("wait") @DefaultValue("true") String wait)
      throws SQLException, SystemException {
    return RestResponse.ok(service.unfreeze(ids.employee(id), parseWait(wait)));
  }

  @GET
  @Path("/freeze")
  @Operation(operationId = "getFreeze", summary = "Whether an employee is frozen")
  public Freeze get(@PathParam("id") String id) throws SQLException {
    return service.get(ids.employee(id));
  }

  private static boolean parseWait(String wait) {
    return switch (wait) {
      case "true" -> true;
      case "false" -> false;
      default -> throw Problems.invalidParameter("query", "wait", "must be true or false");
    };
  }
}

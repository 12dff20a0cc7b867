package dev.aftercommit.employee.employee;

import dev.aftercommit.employee.config.EmployeeServiceConfig;
import dev.aftercommit.employee.http.Answers;
import dev.aftercommit.employee.http.IfMatch;
import dev.aftercommit.employee.idempotency.RepeatableCommand;
import dev.aftercommit.employee.ids.PublicIds;
import dev.aftercommit.events.EventType;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

@Path("/employees/{id}")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@RepeatableCommand
@Tag(name = "Salaries", description = "never above the department's budget, in sum")
@APIResponse(responseCode = "200", description = "changed; ETag, Consistency-Token")
@APIResponse(responseCode = "404", description = "employee-not-found")
@APIResponse(responseCode = "409", description = "budget-exceeded, salary-out-of-range")
@APIResponse(responseCode = "412", description = "version-mismatch")
class SalaryResource {

  private final SalaryService service;
  private final PublicIds ids;
  private final String currency;

  @Inject
  SalaryResource(SalaryService service, PublicIds ids, EmployeeServiceConfig config) {
    this.service = service;
    this.ids = ids;
    this.currency = config.currency();
  }

  @PUT
  @Path("/salary")
  @Operation(operationId = "changeSalary", summary = "Pay this salary from now on")
  public RestResponse<EmployeeView> change(
      @PathParam("id") String id,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
      @NotNull @Valid Requests.Salary salary) {
    return changed(service.change(ids.employee(id), salary.salary(), IfMatch.parse(ifMatch)));
  }

  @POST
  @Path("/raise")
  @Operation(
      operationId = "raise",
      summary = "Raise by an amount or a percentage",
      description = "Computed in the database, so that raises at the same time all count.")
  public RestResponse<EmployeeView> raise(
      @PathParam("id") String id,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
      @NotNull @Valid Requests.Raise raise) {
    return changed(service.raise(ids.employee(id), raise, IfMatch.parse(ifMatch)));
  }

  private RestResponse<EmployeeView> changed(Employee employee) {
    EmployeeView view = employee.view(currency, ids);
    return Answers.changed(view, EventType.EMPLOYEE_CHANGED_V1, view.id(), view.version());
  }
}

package dev.aftercommit.employee.department;

import dev.aftercommit.employee.http.Answers;
import dev.aftercommit.employee.http.IfMatch;
import dev.aftercommit.employee.idempotency.RepeatableCommand;
import dev.aftercommit.employee.ids.PublicIds;
import dev.aftercommit.employee.problem.Problems;
import dev.aftercommit.events.EventType;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
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

@Path("/departments/{id}/budget-transfers")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@RepeatableCommand
@Tag(name = "Departments")
class BudgetTransferResource {

  private final BudgetTransferService service;
  private final PublicIds ids;

  @Inject
  BudgetTransferResource(BudgetTransferService service, PublicIds ids) {
    this.service = service;
    this.ids = ids;
  }

  @POST
  @Operation(
      operationId = "transferBudget",
      summary = "Give a part of the budget to another department",
      description = "The sum of both budgets stays what it was.")
  @APIResponse(
      responseCode = "200",
      description = "transferred; ETag and Consistency-Token of the department that gives")
  @APIResponse(responseCode = "404", description = "department-not-found")
  @APIResponse(
      responseCode = "409",
      description = "budget-exceeded: the salaries need what would be given; budget-out-of-range")
  @APIResponse(responseCode = "412", description = "version-mismatch")
  public RestResponse<BudgetTransfer.Done> transfer(
      @PathParam("id") String id,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
      @NotNull @Valid BudgetTransfer transfer) {
    long from = ids.department(id);
    long to = ids.department(transfer.to());
    if (from == to) {
      throw Problems.invalidParameter("body", "to", "must be another department");
    }
    var transferred = service.transfer(from, to, transfer.amount(), IfMatch.parse(ifMatch));
    DepartmentView giver = transferred.from().view(ids);
    return Answers.changed(
        new BudgetTransfer.Done(giver, transferred.to().view(ids)),
        EventType.DEPARTMENT_CHANGED_V1,
        giver.id(),
        giver.version());
  }
}

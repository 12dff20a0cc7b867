package dev.aftercommit.employee.payrollrun;

import dev.aftercommit.employee.idempotency.RepeatableCommand;
import dev.aftercommit.employee.ids.PublicIds;
import dev.aftercommit.employee.problem.Problems;
import dev.aftercommit.publicids.IdType;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.sql.SQLException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;

@Path("/payroll-runs")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@RepeatableCommand
@Tag(name = "Payroll runs", description = "a payslip for each employee, by any number of workers")
class PayrollRunResource {

  private final PayrollBatches batches;
  private final PayrollTable table;
  private final PayrollWorkers workers;
  private final PublicIds ids;

  @Inject
  PayrollRunResource(
      PayrollBatches batches, PayrollTable table, PayrollWorkers workers, PublicIds ids) {
    this.batches = batches;
    this.table = table;
    this.workers = workers;
    this.ids = ids;
  }

  @POST
  @Operation(operationId = "startPayrollRun", summary = "Pay everybody who is employed now")
  @APIResponse(responseCode = "202", description = "started; Location of its progress")
  public RestResponse<PayrollRun> start() throws SQLException {
    long run = ids.next();
    batches.start(run);
    workers.wakeAfterCommit();
    PayrollRun started = find(run, ids.token(IdType.RUN, run));
    return ResponseBuilder.<PayrollRun>create(RestResponse.Status.ACCEPTED)
        .entity(started)
        .location(URI.create("/payroll-runs/" + started.id()))
        .build();
  }

  @GET
  @Path("/{id}")
  @Operation(operationId = "getPayrollRun", summary = "How far a payroll run has come")
  @APIResponse(responseCode = "404", description = "payroll-run-not-found")
  public PayrollRun get(@PathParam("id") String id) throws SQLException {
    return find(ids.run(id), id);
  }

  private PayrollRun find(long run, String id) throws SQLException {
    return table.find(run, id).orElseThrow(() -> Problems.payrollRunNotFound(id));
  }
}

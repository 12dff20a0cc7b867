package dev.aftercommit.aggregator.average;

import dev.aftercommit.aggregator.problem.Problems;
import dev.aftercommit.events.ConsistencyToken;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.sql.SQLException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestStreamElementType;
import org.jspecify.annotations.Nullable;

/** Salary averages of departments. */
@Path("/departments")
@Produces(MediaType.APPLICATION_JSON)
public class AverageResource {

  private final AverageQueries queries;
  private final ConsistencyGate gate;
  private final AverageStream stream;

  AverageResource(AverageQueries queries, ConsistencyGate gate, AverageStream stream) {
    this.queries = queries;
    this.gate = gate;
    this.stream = stream;
  }

  @GET
  @Path("/averages")
  @RunOnVirtualThread
  @Operation(summary = "All departments, of one snapshot")
  @APIResponse(responseCode = "200")
  @APIResponse(responseCode = "400", description = "The consistency token is malformed")
  @APIResponse(responseCode = "503", description = "The write is not included yet: Retry-After")
  public Averages averages(
      @HeaderParam(ConsistencyToken.HEADER) @Nullable String header,
      @QueryParam("consistencyToken") @Nullable String query)
      throws SQLException, InterruptedException {
    gate.pass(header != null ? header : query);
    return queries.all();
  }

  @GET
  @Path("/{id}/average-salary")
  @RunOnVirtualThread
  @Operation(summary = "One department")
  @APIResponse(responseCode = "200")
  @APIResponse(responseCode = "400", description = "The consistency token is malformed")
  @APIResponse(responseCode = "404", description = "No event of this department has arrived")
  @APIResponse(responseCode = "503", description = "The write is not included yet: Retry-After")
  public AverageOfDepartment average(
      @PathParam("id") String id,
      @HeaderParam(ConsistencyToken.HEADER) @Nullable String header,
      @QueryParam("consistencyToken") @Nullable String query)
      throws SQLException, InterruptedException {
    gate.pass(header != null ? header : query);
    return queries.one(id).orElseThrow(() -> Problems.departmentNotFound(id));
  }

  @GET
  @Path("/averages/stream")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @RestStreamElementType(MediaType.APPLICATION_JSON)
  @Operation(summary = "First all departments, then those that change")
  @APIResponse(
      responseCode = "200",
      content =
          @Content(
              mediaType = MediaType.SERVER_SENT_EVENTS,
              schema = @Schema(implementation = Averages.class)))
  public Multi<OutboundSseEvent> stream(@Context Sse sse) {
    return stream.events(sse);
  }
}

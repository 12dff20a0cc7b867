package dev.aftercommit.aggregator.parked;

import dev.aftercommit.aggregator.problem.Problems;
import dev.aftercommit.consumer.Replay;
import dev.aftercommit.consumer.ReplayOutcome;
import dev.aftercommit.inbox.InboxCounts;
import dev.aftercommit.inbox.ParkedMessage;
import dev.aftercommit.inbox.ParkedMessages;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** What was consumed, what could not be, and the way back for it. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
public class ParkedResource {

  private static final int LARGEST_PAGE = 500;

  private final DataSource dataSource;
  private final Replay replay;

  ParkedResource(DataSource dataSource, Replay replay) {
    this.dataSource = dataSource;
    this.replay = replay;
  }

  @GET
  @Path("/consumption")
  @RunOnVirtualThread
  @Operation(summary = "Counts of all instances, from the database")
  public InboxCounts consumption() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return InboxCounts.read(connection);
    }
  }

  @GET
  @Path("/parked")
  @RunOnVirtualThread
  @Operation(summary = "Messages that could not be read or applied, oldest first")
  public ParkedPage parked(
      @QueryParam("after") @DefaultValue("0") long after,
      @QueryParam("limit") @DefaultValue("100") int limit)
      throws SQLException {
    int most = Math.clamp(limit, 1, LARGEST_PAGE);
    try (Connection connection = dataSource.getConnection()) {
      List<ParkedMessage> page = ParkedMessages.list(connection, after, most);
      return new ParkedPage(
          page.stream().map(ParkedItem::of).toList(),
          page.size() < most ? null : Long.toString(page.getLast().id()));
    }
  }

  @POST
  @Path("/parked/{id}/replay")
  @RunOnVirtualThread
  @Operation(summary = "Tries a parked message again")
  public ReplayOutcome replay(@PathParam("id") long id) throws SQLException {
    return replay.replay(id).orElseThrow(() -> Problems.messageNotParked(id));
  }
}

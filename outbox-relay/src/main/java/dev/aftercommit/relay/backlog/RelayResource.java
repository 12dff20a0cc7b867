package dev.aftercommit.relay.backlog;

import com.rabbitmq.client.AlreadyClosedException;
import dev.aftercommit.relay.RelayLoop;
import dev.aftercommit.relay.problem.Problems;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What an operator sees and does: the backlog, parked events, replay. */
@Path("/relay")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@Tag(name = "relay")
class RelayResource {

  private static final Logger LOG = Logger.getLogger(RelayResource.class);
  private static final int MOST_PER_PAGE = 500;

  private final BacklogStore backlog;
  private final ParkedEventsView parked;
  private final Republisher republisher;
  private final RelayLoop loop;

  RelayResource(
      BacklogStore backlog, ParkedEventsView parked, Republisher republisher, RelayLoop loop) {
    this.backlog = backlog;
    this.parked = parked;
    this.republisher = republisher;
    this.loop = loop;
  }

  /**
   * A request to publish events again that were published before.
   *
   * @param last how many, counted back from the newest; 1 to {@value Republisher#MOST}
   */
  record RepublishRequest(int last) {}

  /** How many events were published again. */
  record Republished(int republished) {}

  /** How many parked events were marked; the owner of their shard sends them within a second. */
  record ReplayAsked(int asked) {}

  @GET
  @Path("/backlog")
  @Operation(summary = "Events that are committed and not yet confirmed by the broker")
  public Backlog backlog() throws SQLException {
    return backlog.read();
  }

  @GET
  @Path("/parked")
  @Operation(summary = "Parked events in order of position, with the reason")
  public List<ParkedEventsView.Parked> parked(
      @QueryParam("after") @DefaultValue("0") long after,
      @QueryParam("limit") @DefaultValue("100") int limit)
      throws SQLException {
    return parked.list(after, Math.clamp(limit, 1, MOST_PER_PAGE));
  }

  @POST
  @Path("/parked/replay")
  @Operation(summary = "Send all parked events again")
  public ReplayAsked replayAll() throws SQLException {
    int asked = parked.askForReplay();
    loop.refresh();
    return new ReplayAsked(asked);
  }

  @POST
  @Path("/parked/{position}/replay")
  @Operation(summary = "Send the parked events of this event's key again, in their order")
  public ReplayAsked replay(@PathParam("position") long position) throws SQLException {
    int asked = parked.askForReplay(position);
    if (asked == 0) {
      throw Problems.eventNotParked(position);
    }
    loop.refresh();
    return new ReplayAsked(asked);
  }

  @POST
  @Path("/republish")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Publish events again that were published before",
      description = "For a consumer that lost its data. Ids stay the same, so others ignore them.")
  public Republished republish(@Nullable RepublishRequest request) throws SQLException {
    int last = request == null ? 0 : request.last();
    if (last < 1 || last > Republisher.MOST) {
      throw Problems.lastOutOfBounds(last, Republisher.MOST);
    }
    try {
      return new Republished(republisher.republishLast(last));
    } catch (IOException | AlreadyClosedException e) {
      LOG.warn("events were not published again", e);
      throw Problems.brokerUnavailable(String.valueOf(e.getMessage()));
    }
  }
}

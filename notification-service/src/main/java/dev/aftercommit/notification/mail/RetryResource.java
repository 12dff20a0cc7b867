package dev.aftercommit.notification.mail;

import dev.aftercommit.notification.notification.Notification;
import dev.aftercommit.notification.notification.NotificationQueries;
import dev.aftercommit.notification.problem.Problems;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Another try for notifications whose mails were given up. */
@Path("/notifications")
@Produces(MediaType.APPLICATION_JSON)
public class RetryResource {

  private static final int MOST_RETRIED = 10_000;

  private final NotificationQueries queries;
  private final Sender sender;

  RetryResource(NotificationQueries queries, Sender sender) {
    this.queries = queries;
    this.sender = sender;
  }

  @POST
  @Path("/{id}/retry")
  @RunOnVirtualThread
  @Operation(summary = "Brings a parked notification back; its tries are counted anew")
  public Notification retry(@PathParam("id") long id) throws SQLException {
    Optional<Notification> retried = queries.retry(id);
    if (retried.isEmpty()) {
      Notification other = queries.find(id).orElseThrow(() -> Problems.notificationNotFound(id));
      throw Problems.notificationNotParked(id, other.state().name());
    }
    sender.ring();
    return retried.get();
  }

  /**
   * How many parked notifications were brought back.
   *
   * @param retried at most the limit of one request
   * @param more whether some are still parked
   */
  public record Retried(int retried, boolean more) {}

  @POST
  @Path("/retry-parked")
  @RunOnVirtualThread
  @Operation(
      summary =
          "Brings back parked notifications, oldest first; ask again while there are more of them")
  public Retried retryParked(@QueryParam("limit") @DefaultValue("1000") int limit)
      throws SQLException {
    int most = Math.clamp(limit, 1, MOST_RETRIED);
    int retried = queries.retryParked(most);
    sender.ring();
    return new Retried(retried, retried == most);
  }
}

package dev.aftercommit.notification.mail;

import dev.aftercommit.notification.notification.Notification;
import dev.aftercommit.notification.notification.NotificationQueries;
import dev.aftercommit.notification.problem.Problems;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Another try for a notification whose mail was given up. */
@Path("/notifications/{id}/retry")
@Produces(MediaType.APPLICATION_JSON)
public class RetryResource {

  private final NotificationQueries queries;
  private final Sender sender;

  RetryResource(NotificationQueries queries, Sender sender) {
    this.queries = queries;
    this.sender = sender;
  }

  @POST
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
}

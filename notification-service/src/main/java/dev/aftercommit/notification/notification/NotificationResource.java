package dev.aftercommit.notification.notification;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestStreamElementType;
import org.jspecify.annotations.Nullable;

/** The list of notifications and its live stream. */
@Path("/notifications")
@Produces(MediaType.APPLICATION_JSON)
public class NotificationResource {

  private static final int LARGEST_PAGE = 500;

  private final NotificationQueries queries;
  private final NotificationStream stream;

  NotificationResource(NotificationQueries queries, NotificationStream stream) {
    this.queries = queries;
    this.stream = stream;
  }

  @GET
  @RunOnVirtualThread
  @Operation(summary = "Notifications of one employee or of all, oldest first")
  public NotificationPage page(
      @QueryParam("employee") @Nullable String employee,
      @QueryParam("after") @DefaultValue("0") long after,
      @QueryParam("limit") @DefaultValue("100") int limit)
      throws SQLException {
    int most = Math.clamp(limit, 1, LARGEST_PAGE);
    List<Notification> page = queries.page(employee, after, most);
    return new NotificationPage(page, page.size() < most ? null : page.getLast().id());
  }

  @GET
  @Path("/stream")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @RestStreamElementType(MediaType.APPLICATION_JSON)
  @Operation(summary = "Notifications as they are sent, parked or found to be without address")
  public Multi<Notification> stream() {
    return stream.fromNow();
  }
}

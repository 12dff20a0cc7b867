package dev.aftercommit.notification.notification;

import dev.aftercommit.notification.notification.NotificationStream.Told;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.sql.SQLException;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
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
  @Operation(
      summary =
          "Notifications as they are sent, parked or found to be without address; a comment now and then. With Last-Event-ID it goes on behind that event")
  @APIResponse(
      responseCode = "200",
      content =
          @Content(
              mediaType = MediaType.SERVER_SENT_EVENTS,
              schema = @Schema(implementation = Notification.class)))
  public Multi<OutboundSseEvent> stream(
      @HeaderParam("Last-Event-ID") @Nullable String last, @Context Sse sse) {
    return stream.from(StreamPosition.parse(last)).map(told -> event(told, sse));
  }

  /** Each has an id, also a comment: a client that lost the connection then says where it was. */
  private static OutboundSseEvent event(Told told, Sse sse) {
    OutboundSseEvent.Builder event = sse.newEventBuilder().id(told.position().toString());
    Notification notification = told.notification();
    return notification == null
        ? event.comment("alive").build()
        : event
            .mediaType(MediaType.APPLICATION_JSON_TYPE)
            .data(Notification.class, notification)
            .build();
  }
}

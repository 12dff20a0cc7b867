package dev.aftercommit.employee.http;

import dev.aftercommit.events.ConsistencyToken;
import dev.aftercommit.events.EventType;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import java.net.URI;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;

/** Answers with the headers every client may rely on. */
public final class Answers {

  private Answers() {}

  /** 200 with the version as entity tag. */
  public static <T> RestResponse<T> read(T body, long version) {
    return ResponseBuilder.ok(body).tag(tag(version)).build();
  }

  /** 200 after a write, with the entity tag and the {@code Consistency-Token}. */
  public static <T> RestResponse<T> changed(T body, EventType type, String id, long version) {
    return ResponseBuilder.ok(body)
        .tag(tag(version))
        .header(ConsistencyToken.HEADER, token(type, id, version))
        .build();
  }

  /** 201 with the place of what was created, the entity tag and the {@code Consistency-Token}. */
  public static <T> RestResponse<T> created(
      URI location, T body, EventType type, String id, long version) {
    return ResponseBuilder.<T>create(RestResponse.Status.CREATED)
        .entity(body)
        .header(HttpHeaders.LOCATION, location)
        .tag(tag(version))
        .header(ConsistencyToken.HEADER, token(type, id, version))
        .build();
  }

  /** 204 after a removal, with the {@code Consistency-Token}. */
  public static RestResponse<Void> removed(EventType type, String id, long version) {
    return ResponseBuilder.<Void>noContent()
        .header(ConsistencyToken.HEADER, token(type, id, version))
        .build();
  }

  private static EntityTag tag(long version) {
    return new EntityTag(Long.toString(version));
  }

  private static String token(EventType type, String id, long version) {
    return new ConsistencyToken(type.subjectType(), id, version).encode();
  }
}

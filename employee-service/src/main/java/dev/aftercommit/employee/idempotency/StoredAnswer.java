package dev.aftercommit.employee.idempotency;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.ws.rs.core.MediaType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jspecify.annotations.Nullable;

/**
 * An answer as it is kept. Also the first one is sent from this form, so that a repeated one cannot
 * differ from it.
 *
 * @param headers those that the command gave: ETag, Location, Consistency-Token
 * @param body JSON; null when there is none
 * @param replayed whether it was given before
 */
record StoredAnswer(
    int status, Map<String, List<String>> headers, @Nullable String body, boolean replayed) {

  private static final MediaType JSON =
      MediaType.APPLICATION_JSON_TYPE.withCharset(StandardCharsets.UTF_8.name());

  static StoredAnswer of(RestResponse<?> response, ObjectMapper json)
      throws JsonProcessingException {
    Object entity = response.getEntity();
    return new StoredAnswer(
        response.getStatus(),
        new TreeMap<>(response.getStringHeaders()),
        entity == null ? null : json.writeValueAsString(entity),
        false);
  }

  boolean isRefusal() {
    return status >= 400;
  }

  RestResponse<Object> toResponse() {
    ResponseBuilder<Object> response = ResponseBuilder.create(RestResponse.Status.OK);
    response.status(status);
    headers.forEach((name, values) -> values.forEach(value -> response.header(name, value)));
    if (body != null) {
      response.entity(body).type(JSON);
    }
    if (replayed) {
      response.header(RepeatableCommand.REPLAYED_HEADER, "true");
    }
    return response.build();
  }
}

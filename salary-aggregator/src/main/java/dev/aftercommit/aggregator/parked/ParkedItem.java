package dev.aftercommit.aggregator.parked;

import dev.aftercommit.inbox.ParkedMessage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A parked message as people see it.
 *
 * @param size of the data, in bytes
 * @param bodyStart the first 1,024 bytes of the data as text
 */
public record ParkedItem(
    String id,
    String reason,
    String detail,
    @Nullable String type,
    @Nullable String eventId,
    Instant parkedAt,
    int size,
    String bodyStart) {

  private static final int SHOWN = 1_024;

  static ParkedItem of(ParkedMessage message) {
    byte[] body = message.body();
    String start = new String(body, 0, Math.min(body.length, SHOWN), StandardCharsets.UTF_8);
    return new ParkedItem(
        Long.toString(message.id()),
        message.reason(),
        message.detail(),
        message.type(),
        message.eventId(),
        message.parkedAt(),
        body.length,
        start);
  }
}

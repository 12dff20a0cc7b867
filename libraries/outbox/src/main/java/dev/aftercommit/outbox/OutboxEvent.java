package dev.aftercommit.outbox;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One event as it lies in the outbox: the attributes of CloudEvents, and the data as bytes that
 * nobody here looks into.
 *
 * @param id unique for ever; consumers recognise duplicates by it
 * @param key events of one key are relayed in commit order; also the CloudEvents subject
 * @param topic routing key under which the event is published
 * @param type CloudEvents type, with its version
 * @param source CloudEvents source: the service that made the change
 * @param dataSchema CloudEvents dataschema
 * @param occurredAt CloudEvents time; kept to the microsecond, as PostgreSQL does
 * @param traceParent W3C trace context of the request that made the change; absent when there was
 *     none
 * @param payload the data, at most {@value #MAX_PAYLOAD_BYTES} bytes; the array is not copied
 */
@SuppressWarnings("ArrayRecordComponent") // events are written and sent, never compared
public record OutboxEvent(
    UUID id,
    String key,
    String topic,
    String type,
    String source,
    String dataSchema,
    Instant occurredAt,
    @Nullable String traceParent,
    byte[] payload) {

  /** The largest payload that may be appended, in bytes. */
  public static final int MAX_PAYLOAD_BYTES = 256 * 1024;

  private static final NoArgGenerator TIME_ORDERED_IDS = Generators.timeBasedEpochGenerator();

  public OutboxEvent {
    if (payload.length > MAX_PAYLOAD_BYTES) {
      throw new IllegalArgumentException(
          "event of %s for %s has %d bytes of data, at most %d are allowed: put large content elsewhere and send a link"
              .formatted(type, key, payload.length, MAX_PAYLOAD_BYTES));
    }
    occurredAt = occurredAt.truncatedTo(ChronoUnit.MICROS);
  }

  /**
   * A new event id: a UUID of version 7 (RFC 9562), so that neighbours in time are neighbours in an
   * index.
   */
  public static UUID newId() {
    return TIME_ORDERED_IDS.generate();
  }
}

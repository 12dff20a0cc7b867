package dev.aftercommit.events;

import dev.aftercommit.events.UnreadableEventException.Reason;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names of the CloudEvents 1.0 attributes as message headers. AMQP 0-9-1 has no binding of its own;
 * these are the header names of the AMQP 1.0 binding (binary content mode), which RabbitMQ carries
 * over unchanged.
 *
 * @see <a
 *     href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/amqp-protocol-binding.md">AMQP
 *     Protocol Binding for CloudEvents</a>
 */
public final class CloudEvents {

  public static final String SPEC_VERSION = "cloudEvents:specversion";
  public static final String ID = "cloudEvents:id";
  public static final String SOURCE = "cloudEvents:source";
  public static final String TYPE = "cloudEvents:type";
  public static final String SUBJECT = "cloudEvents:subject";
  public static final String TIME = "cloudEvents:time";
  public static final String DATA_SCHEMA = "cloudEvents:dataschema";
  public static final String TRACE_PARENT = "cloudEvents:traceparent";

  /** The version of the specification that the headers follow. */
  public static final String VERSION = "1.0";

  /** Content type of the event data. */
  public static final String JSON = "application/json";

  private static final Pattern UUID_FORM =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private CloudEvents() {}

  /**
   * Reads the id by which repetitions of a message are recognised.
   *
   * @param id the AMQP message id or the CloudEvents {@code id} header; null when there was none
   * @throws UnreadableEventException when there is none, or it is not a UUID
   */
  public static UUID eventId(@Nullable String id) throws UnreadableEventException {
    if (id == null) {
      throw new UnreadableEventException(
          Reason.MISSING_ID, "neither a message-id property nor a " + ID + " header");
    }
    if (!UUID_FORM.matcher(id).matches()) {
      throw new UnreadableEventException(Reason.MISSING_ID, "expected a UUID, found " + id);
    }
    return UUID.fromString(id);
  }
}

package dev.aftercommit.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.aftercommit.events.UnreadableEventException.Reason;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads event data as JSON. A tolerant reader: fields it does not know are ignored, so
 * that a producer may add some; a field it needs and does not find makes the message unreadable,
 * with the field's name. Thread-safe.
 */
public final class EventJson {

  /** The largest event data that is read, in bytes; anything longer is {@link Reason#TOO_LARGE}. */
  public static final int MAX_BYTES = 256 * 1024;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final ObjectWriter WRITER = MAPPER.writer();
  private static final Map<EventType, ObjectReader> READERS = new EnumMap<>(EventType.class);

  static {
    for (EventType type : EventType.values()) {
      READERS.put(type, MAPPER.readerFor(type.record()));
    }
  }

  private EventJson() {}

  /** The event's data as UTF-8 JSON. */
  public static byte[] write(Event event) {
    try {
      return WRITER.writeValueAsBytes(event);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an event record could not be written as JSON: " + event, e);
    }
  }

  /**
   * Reads event data.
   *
   * @param ceType the CloudEvents {@code type} the message came with, or null when it had none
   * @throws UnreadableEventException with the reason, when this is not one of our events in full
   */
  public static Event read(@Nullable String ceType, byte[] data) throws UnreadableEventException {
    if (data.length > MAX_BYTES) {
      throw new UnreadableEventException(
          Reason.TOO_LARGE, data.length + " bytes, at most " + MAX_BYTES + " are read");
    }
    Event event = parse(typeOf(ceType), data);
    validate(event);
    return event;
  }

  private static EventType typeOf(@Nullable String ceType) throws UnreadableEventException {
    if (ceType == null || ceType.isBlank()) {
      throw new UnreadableEventException(Reason.MISSING_TYPE, "no " + CloudEvents.TYPE + " header");
    }
    EventType type = EventType.ofCeType(ceType).orElse(null);
    if (type != null) {
      return type;
    }
    throw new UnreadableEventException(
        EventType.isUnknownVersion(ceType) ? Reason.UNKNOWN_VERSION : Reason.UNKNOWN_TYPE, ceType);
  }

  private static Event parse(EventType type, byte[] data) throws UnreadableEventException {
    try {
      Event event = readerFor(type).readValue(data);
      if (event == null) {
        throw new UnreadableEventException(Reason.MALFORMED, "the data is the JSON value null");
      }
      return event;
    } catch (InvalidFormatException e) {
      throw new UnreadableEventException(Reason.INVALID_FIELD, describe(e));
    } catch (MismatchedInputException e) {
      boolean missing = e.getOriginalMessage().startsWith("Missing required creator property");
      throw new UnreadableEventException(
          missing ? Reason.MISSING_FIELD : Reason.INVALID_FIELD, describe(e));
    } catch (IOException e) {
      String message =
          e instanceof JsonProcessingException j ? j.getOriginalMessage() : e.getMessage();
      throw new UnreadableEventException(Reason.MALFORMED, "not JSON: " + message);
    }
  }

  private static ObjectReader readerFor(EventType type) {
    ObjectReader reader = READERS.get(type);
    if (reader == null) {
      throw new IllegalStateException("no reader for " + type);
    }
    return reader;
  }

  private static String describe(JsonMappingException e) {
    return e.getOriginalMessage() + " at " + (e.getPath().isEmpty() ? "$" : e.getPathReference());
  }

  /**
   * A field that is present and null passes Jackson's creator check; for us it is missing all the
   * same.
   */
  @SuppressWarnings(
      "ConstantValue") // the records declare these non-null; the JSON may say otherwise
  private static void validate(Event event) throws UnreadableEventException {
    switch (event) {
      case EmployeeChanged e -> {
        require("employee", e.employee());
        require("name", e.name());
        require("salary", e.salary());
        require("currency", e.currency());
        require("change", e.change());
      }
      case DepartmentChanged d -> {
        require("department", d.department());
        require("name", d.name());
        require("budget", d.budget());
      }
    }
    require("occurredAt", event.occurredAt());
    if (event.version() < 0) {
      throw new UnreadableEventException(
          Reason.INVALID_FIELD, "version must be >= 0, found " + event.version());
    }
  }

  private static void require(String field, @Nullable Object value)
      throws UnreadableEventException {
    if (value == null) {
      throw new UnreadableEventException(Reason.MISSING_FIELD, field + " is null");
    }
  }
}

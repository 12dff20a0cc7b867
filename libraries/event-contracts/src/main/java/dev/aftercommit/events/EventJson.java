package dev.aftercommit.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.MutableCoercionConfig;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.fasterxml.jackson.datatype.jsr310.deser.InstantDeserializer;
import dev.aftercommit.events.UnreadableEventException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
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
          .addModule(new SimpleModule().addDeserializer(Instant.class, new InstantAsText()))
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_NULL, JsonInclude.Include.USE_DEFAULTS))
          .withCoercionConfig(LogicalType.Textual, EventJson::onlyText)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private static final ObjectWriter WRITER = MAPPER.writer();
  private static final Map<EventType, ObjectReader> READERS = new EnumMap<>(EventType.class);

  static {
    for (EventType type : EventType.values()) {
      READERS.put(type, MAPPER.readerFor(type.record()));
    }
  }

  private EventJson() {}

  private static void onlyText(MutableCoercionConfig text) {
    text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
  }

  /** The event's data as UTF-8 JSON; an optional field without a value is left out. */
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
    EventRules.check(event);
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
    try (JsonParser parser = MAPPER.createParser(data)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new UnreadableEventException(
            Reason.MALFORMED, "expected a JSON object, found " + found(parser.currentToken()));
      }
      Event event = readerFor(type).readValue(parser);
      if (parser.nextToken() != null) {
        throw new UnreadableEventException(
            Reason.MALFORMED, "expected one JSON object, found more behind it");
      }
      return event;
    } catch (MismatchedInputException e) {
      boolean missing = e.getOriginalMessage().startsWith("Missing required creator property");
      throw new UnreadableEventException(
          missing ? Reason.MISSING_FIELD : Reason.INVALID_FIELD, describe(e));
    } catch (JsonMappingException e) {
      if (e.getCause() instanceof InputCoercionException) {
        throw new UnreadableEventException(Reason.INVALID_FIELD, describe(e));
      }
      throw new UnreadableEventException(Reason.MALFORMED, describe(e));
    } catch (JsonProcessingException e) {
      throw new UnreadableEventException(
          Reason.MALFORMED, "expected JSON, found: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException("bytes in memory could not be read", e);
    }
  }

  private static String found(@Nullable JsonToken token) {
    return token == null ? "nothing" : token.name();
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

  /** A time is text, as the schemas say: a number may overflow what it is counted in. */
  @SuppressWarnings("serial") // never serialized
  private static final class InstantAsText extends StdDeserializer<Instant> {

    InstantAsText() {
      super(Instant.class);
    }

    @Override
    public Instant deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      return parser.currentToken() == JsonToken.VALUE_STRING
          ? InstantDeserializer.INSTANT.deserialize(parser, context)
          : (Instant) context.handleUnexpectedToken(Instant.class, parser);
    }
  }
}

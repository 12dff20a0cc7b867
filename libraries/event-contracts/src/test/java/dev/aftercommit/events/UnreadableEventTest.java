package dev.aftercommit.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aftercommit.events.UnreadableEventException.Reason;
import java.io.IOException;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Broken input, each between two good messages. */
class UnreadableEventTest {

  private static final String TYPE = EventType.EMPLOYEE_CHANGED_V1.ceType();
  private static final byte[] GOOD = Examples.read("employee.salary-changed.json");

  @SuppressWarnings("ArrayRecordComponent") // sent, never compared
  record Broken(Reason reason, String type, byte[] data, String told) {

    static Broken data(Reason reason, String json, String told) {
      return new Broken(reason, TYPE, json.getBytes(UTF_8), told);
    }

    static Broken field(Reason reason, String field, String json, String told) {
      ObjectNode event = goodCopy();
      event.set(field, parse(json));
      return data(reason, event.toString(), told);
    }

    static Broken without(String field) {
      ObjectNode event = goodCopy();
      event.remove(field);
      return data(Reason.MISSING_FIELD, event.toString(), field);
    }

    @Override
    public String toString() {
      return reason + " " + told;
    }
  }

  static Stream<Broken> broken() {
    return Stream.of(data(), missingFields(), invalidFields(), types()).flatMap(kind -> kind);
  }

  private static Stream<Broken> data() {
    return Stream.of(
        Broken.data(Reason.MALFORMED, "", "found nothing"),
        Broken.data(Reason.MALFORMED, "null", "VALUE_NULL"),
        Broken.data(Reason.MALFORMED, "[]", "START_ARRAY"),
        Broken.data(Reason.MALFORMED, "\"text\"", "VALUE_STRING"),
        Broken.data(Reason.MALFORMED, "{\"employee\":", "end-of-input"),
        Broken.data(Reason.MALFORMED, "not json", "Unrecognized token"),
        Broken.data(Reason.MALFORMED, new String(GOOD, UTF_8) + "{}", "more behind it"),
        Broken.data(Reason.MALFORMED, "{\"deep\":" + "[".repeat(5000), "nesting depth"),
        new Broken(
            Reason.TOO_LARGE,
            TYPE,
            Arrays.copyOf(GOOD, EventJson.MAX_BYTES + 1),
            "at most 262144 are read"));
  }

  private static Stream<Broken> missingFields() {
    return Stream.concat(
        Stream.of("employee", "name", "salary", "currency", "version", "change", "occurredAt")
            .map(Broken::without),
        Stream.of("employee", "name", "salary", "currency", "change", "occurredAt")
            .map(field -> Broken.field(Reason.MISSING_FIELD, field, "null", field + " is null")));
  }

  private static Stream<Broken> invalidFields() {
    return Stream.of(
        Broken.field(Reason.INVALID_FIELD, "employee", "42", "[\"employee\"]"),
        Broken.field(Reason.INVALID_FIELD, "employee", "\"\"", "empty text"),
        Broken.field(Reason.INVALID_FIELD, "department", "\"\"", "empty text"),
        Broken.field(Reason.INVALID_FIELD, "name", "{}", "[\"name\"]"),
        Broken.field(Reason.INVALID_FIELD, "salary", "\"5200.00\"", "[\"salary\"]"),
        Broken.field(Reason.INVALID_FIELD, "salary", "-0.01", "-0.01"),
        Broken.field(Reason.INVALID_FIELD, "salary", "5200.001", "5200.001"),
        Broken.field(Reason.INVALID_FIELD, "salary", "1000000000000", "1000000000000"),
        Broken.field(Reason.INVALID_FIELD, "currency", "\"euro\"", "euro"),
        Broken.field(Reason.INVALID_FIELD, "version", "-1", "-1"),
        Broken.field(Reason.INVALID_FIELD, "version", "1.5", "[\"version\"]"),
        Broken.field(Reason.INVALID_FIELD, "version", "9223372036854775808", "[\"version\"]"),
        Broken.field(Reason.INVALID_FIELD, "version", "null", "null"),
        Broken.field(Reason.INVALID_FIELD, "change", "\"PROMOTED\"", "PROMOTED"),
        Broken.field(Reason.INVALID_FIELD, "change", "1", "[\"change\"]"),
        Broken.field(Reason.INVALID_FIELD, "occurredAt", "\"yesterday\"", "yesterday"),
        Broken.field(Reason.INVALID_FIELD, "version", "9007199254740992", "9007199254740991"),
        Broken.field(Reason.INVALID_FIELD, "version", "9223372036854775807", "9007199254740991"),
        time("\"-5000-01-01T00:00:00Z\""),
        time("\"1969-12-31T23:59:59.999Z\""),
        time("\"+10000-01-01T00:00:00Z\""),
        time("\"-1000000000-01-01T00:00:00Z\""),
        time("\"+1000000000-12-31T23:59:59.999999999Z\""),
        time("\"+1000000001-01-01T00:00:00Z\""),
        time("-1"),
        time("9223372036854775807"),
        time("1e400"),
        time("-1e18"),
        time("1e-400"));
  }

  /** A time that no database, or no metric, can hold, in one of the forms a time may have. */
  private static Broken time(String json) {
    return Broken.field(Reason.INVALID_FIELD, "occurredAt", json, "occurredAt");
  }

  private static Stream<Broken> types() {
    return Stream.of(
        new Broken(Reason.MISSING_TYPE, null, GOOD, CloudEvents.TYPE),
        new Broken(Reason.MISSING_TYPE, " ", GOOD, CloudEvents.TYPE),
        new Broken(Reason.UNKNOWN_TYPE, "org.example.other.v1", GOOD, "org.example.other.v1"),
        new Broken(Reason.UNKNOWN_TYPE, "nothing", GOOD, "nothing"),
        new Broken(
            Reason.UNKNOWN_TYPE, "dev.aftercommit.employee.changed", GOOD, "employee.changed"),
        new Broken(
            Reason.UNKNOWN_VERSION, "dev.aftercommit.employee.changed.v2", GOOD, "changed.v2"));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void isRefusedWithItsReasonAndTheOnesAroundItAreRead(Broken broken) throws Exception {
    assertThat(EventJson.read(TYPE, GOOD).version()).isEqualTo(1);
    UnreadableEventException refused =
        catchThrowableOfType(
            UnreadableEventException.class, () -> EventJson.read(broken.type(), broken.data()));
    assertThat(EventJson.read(TYPE, GOOD).version()).isEqualTo(1);

    assertThat(refused).isNotNull();
    assertThat(refused.reason()).isEqualTo(broken.reason());
    assertThat(refused)
        .hasMessageStartingWith(broken.reason().name())
        .hasMessageContaining(broken.told());
  }

  @Test
  void whatTheReaderRefusesTheSchemaRefusesToo() {
    assertThat(Stream.concat(missingFields(), invalidFields()))
        .allSatisfy(
            broken ->
                assertThat(Schemas.violations(EventType.EMPLOYEE_CHANGED_V1, broken.data()))
                    .isNotEmpty());
  }

  @ParameterizedTest
  @CsvSource({"name", "email", "employee", "department"})
  void textThatPostgresqlCannotStoreIsRefused(String field) {
    Broken nul = Broken.field(Reason.INVALID_FIELD, field, "\"a\\u0000b\"", "NUL");

    assertThat(
            catchThrowableOfType(
                UnreadableEventException.class, () -> EventJson.read(TYPE, nul.data())))
        .hasMessageContaining(field + ": expected text, found text with a NUL character");
  }

  @ParameterizedTest
  @CsvSource({"1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "2024-02-29T12:00:00+02:00"})
  void aTimeThatCanBeHeldIsReadHoweverWrongTheClockWas(String time) throws Exception {
    Broken odd = Broken.field(Reason.INVALID_FIELD, "occurredAt", "\"" + time + "\"", "");

    assertThat(EventJson.read(TYPE, odd.data()).occurredAt())
        .isEqualTo(OffsetDateTime.parse(time).toInstant());
    assertThat(Schemas.violations(EventType.EMPLOYEE_CHANGED_V1, odd.data())).isEmpty();
  }

  @Test
  void theGreatestVersionIsReadAndIsTheOneThatTheSchemaNames() throws Exception {
    Broken greatest =
        Broken.field(Reason.INVALID_FIELD, "version", Long.toString(Event.MAX_VERSION), "");

    assertThat(EventJson.read(TYPE, greatest.data()).version()).isEqualTo(9007199254740991L);
    assertThat(Schemas.violations(EventType.EMPLOYEE_CHANGED_V1, greatest.data())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0E-999999999", "1E+999999999", "1E-999999999"})
  void anAmountThatWouldFillTheMemoryWhenWrittenOutIsRefused(String amount) {
    String json = new String(GOOD, UTF_8).replace("5460.50", amount);

    assertThat(
            catchThrowableOfType(
                    UnreadableEventException.class,
                    () -> EventJson.read(TYPE, json.getBytes(UTF_8)))
                .reason())
        .isEqualTo(Reason.INVALID_FIELD);
  }

  @Test
  void theReasonTellsAtMostAFewHundredCharactersOfWhatWasFound() {
    Broken huge =
        Broken.field(Reason.INVALID_FIELD, "change", "\"" + "x".repeat(100_000) + "\"", "xxx");

    assertThat(
            catchThrowableOfType(
                UnreadableEventException.class, () -> EventJson.read(TYPE, huge.data())))
        .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(600));
  }

  @Test
  void anEventOfTheLargestSizeIsRead() throws Exception {
    byte[] padded = Arrays.copyOf(GOOD, EventJson.MAX_BYTES);
    Arrays.fill(padded, GOOD.length, padded.length, (byte) ' ');

    assertThat(EventJson.read(TYPE, padded)).isEqualTo(EventJson.read(TYPE, GOOD));
  }

  @Test
  void anIdThatIsAbsentOrNoUuidIsRefused() throws Exception {
    String id = "019b8c1e-7a00-7000-8000-000000000001";

    assertThat(CloudEvents.eventId(id)).hasToString(id);
    for (String wrong : new String[] {null, "", "17", id + "0", "1-1-1-1-1"}) {
      UnreadableEventException refused =
          catchThrowableOfType(UnreadableEventException.class, () -> CloudEvents.eventId(wrong));
      assertThat(refused.reason()).isEqualTo(Reason.MISSING_ID);
    }
    assertThat(CloudEvents.eventId(id)).hasToString(id);
  }

  @Test
  void everyReasonIsTestedHere() {
    Set<Reason> tested = EnumSet.of(Reason.MISSING_ID);
    broken().map(Broken::reason).forEach(tested::add);

    assertThat(tested).containsExactlyInAnyOrder(Reason.values());
  }

  private static ObjectNode goodCopy() {
    return (ObjectNode) parse(new String(GOOD, UTF_8));
  }

  private static JsonNode parse(String json) {
    try {
      return new ObjectMapper().readTree(json);
    } catch (IOException e) {
      throw new IllegalStateException("not JSON: " + json, e);
    }
  }
}

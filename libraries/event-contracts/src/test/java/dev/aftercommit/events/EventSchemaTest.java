package dev.aftercommit.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aftercommit.events.EmployeeChanged.Change;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Schemas, examples and records say the same. */
class EventSchemaTest {

  private static final Instant NOW = Instant.parse("2026-02-01T08:30:00.123456Z");

  static Stream<String> examples() {
    return Examples.CURRENT.stream();
  }

  static Stream<Event> records() {
    return Stream.of(
        employee("a@example.org", "7", "5460.50", Change.SALARY_CHANGED),
        employee(null, "7", "0.00", Change.HIRED),
        employee("a@example.org", null, "999999999999.99", Change.LEFT),
        employee(null, null, "1E+11", Change.LEFT),
        new DepartmentChanged("7", "Forschung & \"Entwicklung\"", new BigDecimal("1E+6"), 0, NOW));
  }

  private static EmployeeChanged employee(
      String email, String department, String salary, Change change) {
    return new EmployeeChanged(
        "42", "Ada", email, department, new BigDecimal(salary), "EUR", 7, change, NOW);
  }

  @ParameterizedTest
  @EnumSource
  void theSchemaIsNamedByTheDataSchemaOfItsType(EventType type) throws IOException {
    JsonNode schema = new ObjectMapper().readTree(Examples.resource(type.schemaResource()));

    assertThat(schema.path("$id").asText()).isEqualTo(type.dataSchema());
    assertThat(schema.path("title").asText()).isEqualTo(type.record().getSimpleName());
  }

  @ParameterizedTest
  @EnumSource
  void theSchemaNamesEveryComponentOfTheRecord(EventType type) throws IOException {
    JsonNode schema = new ObjectMapper().readTree(Examples.resource(type.schemaResource()));

    List<String> components =
        Stream.of(type.record().getRecordComponents())
            .map(component -> component.getName())
            .toList();
    assertThat(schema.path("properties").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrderElementsOf(components);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void anExampleIsValidAndIsWrittenAsItWasRead(String name) throws Exception {
    EventType type = Examples.typeOf(name);
    byte[] example = Examples.read(name);

    assertThat(Schemas.violations(type, example)).isEmpty();
    Event event = EventJson.read(type.ceType(), example);
    assertThat(event).isInstanceOf(type.record());
    assertThat(event.topic() + ".json").isEqualTo(name);
    ObjectMapper json = new ObjectMapper();
    assertThat(json.readTree(EventJson.write(event))).isEqualTo(json.readTree(example));
  }

  @Test
  void thereIsAnExampleForEveryTopic() {
    assertThat(Topics.all()).map(topic -> topic + ".json").isSubsetOf(Examples.CURRENT);
  }

  @ParameterizedTest
  @MethodSource("records")
  void aWrittenRecordIsValidAndReadsBackEqual(Event event) throws Exception {
    byte[] written = EventJson.write(event);

    assertThat(Schemas.violations(event.type(), written)).isEmpty();
    assertThat(EventJson.read(event.type().ceType(), written))
        .usingRecursiveComparison()
        .withComparatorForType(BigDecimal::compareTo, BigDecimal.class)
        .isEqualTo(event);
  }

  @Test
  void anOptionalFieldWithoutAValueIsLeftOut() {
    String written = new String(EventJson.write(employee(null, null, "1.00", Change.LEFT)), UTF_8);

    assertThat(written).doesNotContain("email", "department", "null");
  }

  @Test
  void anAmountIsWrittenInPlainDigits() {
    String written = new String(EventJson.write(employee(null, "7", "1E+6", Change.HIRED)), UTF_8);

    assertThat(written).contains("\"salary\":1000000,");
  }
}

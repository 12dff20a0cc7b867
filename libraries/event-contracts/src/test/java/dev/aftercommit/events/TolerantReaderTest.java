package dev.aftercommit.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aftercommit.events.EmployeeChanged.Change;
import java.math.BigDecimal;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TolerantReaderTest {

  static Stream<String> oldExamples() {
    return Examples.OLD.stream();
  }

  @ParameterizedTest
  @MethodSource("oldExamples")
  void anOldExampleStaysReadable(String name) throws Exception {
    EventType type = Examples.typeOf(name);

    Event event = EventJson.read(type.ceType(), Examples.read(name));

    assertThat(event).isInstanceOf(type.record());
    assertThat(Schemas.violations(type, EventJson.write(event))).isEmpty();
  }

  @Test
  void fieldsItDoesNotKnowAreIgnored() throws Exception {
    ObjectNode example =
        (ObjectNode) new ObjectMapper().readTree(Examples.read("employee.salary-changed.json"));
    String before = example.toString();
    example.putObject("bonus").put("amount", 500).putArray("reasons").add("good work");
    example.put("costCentre", 17);

    Event event = read(example.toString());

    assertThat(event).isEqualTo(read(before));
    assertThat(Schemas.violations(event.type(), example.toString().getBytes(UTF_8))).isEmpty();
  }

  @Test
  void anOptionalFieldMayBeAbsentOrNull() throws Exception {
    EmployeeChanged absent =
        (EmployeeChanged)
            EventJson.read(
                EventType.EMPLOYEE_CHANGED_V1.ceType(),
                Examples.read("old/employee.changed.v1.first-release.json"));
    EmployeeChanged asNull =
        (EmployeeChanged)
            EventJson.read(
                EventType.EMPLOYEE_CHANGED_V1.ceType(),
                Examples.read("old/employee.changed.v1.with-removed-fields.json"));

    assertThat(absent.email()).isNull();
    assertThat(asNull.email()).isNull();
    assertThat(asNull.department()).isNull();
    assertThat(asNull.change()).isEqualTo(Change.LEFT);
    assertThat(asNull.salary()).isEqualByComparingTo(new BigDecimal("5460.50"));
  }

  private static Event read(String json) throws UnreadableEventException {
    return EventJson.read(EventType.EMPLOYEE_CHANGED_V1.ceType(), json.getBytes(UTF_8));
  }
}

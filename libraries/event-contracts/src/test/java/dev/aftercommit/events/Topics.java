package dev.aftercommit.events;

import dev.aftercommit.events.EmployeeChanged.Change;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Every topic that events are published under. */
final class Topics {

  private Topics() {}

  static List<String> all() {
    return Stream.concat(of(EventType.EMPLOYEE_CHANGED_V1), of(EventType.DEPARTMENT_CHANGED_V1))
        .toList();
  }

  static Stream<String> of(EventType type) {
    return switch (type) {
      case EMPLOYEE_CHANGED_V1 -> Stream.of(Change.values()).map(Topics::topicOf);
      case DEPARTMENT_CHANGED_V1 ->
          Stream.of(new DepartmentChanged("1", "n", BigDecimal.ONE, 0, Instant.EPOCH).topic());
    };
  }

  private static String topicOf(Change change) {
    return new EmployeeChanged(
            "1", "n", null, null, BigDecimal.ONE, "EUR", 0, change, Instant.EPOCH)
        .topic();
  }
}

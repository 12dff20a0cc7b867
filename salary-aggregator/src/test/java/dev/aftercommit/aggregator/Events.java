package dev.aftercommit.aggregator;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochRandomGenerator;
import dev.aftercommit.consumer.RawMessage;
import dev.aftercommit.events.DepartmentChanged;
import dev.aftercommit.events.EmployeeChanged;
import dev.aftercommit.events.EmployeeChanged.Change;
import dev.aftercommit.events.Event;
import dev.aftercommit.events.EventJson;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Events and messages as the relay would publish them. */
public final class Events {

  private static final TimeBasedEpochRandomGenerator IDS =
      Generators.timeBasedEpochRandomGenerator();

  private Events() {}

  /** Hired at version 0, changed later; without department: has left. */
  public static EmployeeChanged employee(
      String employee, @Nullable String department, String salary, long version) {
    Change change =
        department == null ? Change.LEFT : version == 0 ? Change.HIRED : Change.SALARY_CHANGED;
    return new EmployeeChanged(
        employee,
        "Name of " + employee,
        null,
        department,
        new BigDecimal(salary),
        "EUR",
        version,
        change,
        Instant.now());
  }

  public static DepartmentChanged department(String department, String name, long version) {
    return new DepartmentChanged(
        department, name, new BigDecimal("1000000.00"), version, Instant.now());
  }

  /** A new event id. */
  public static String id() {
    return IDS.generate().toString();
  }

  public static RawMessage message(Event event) {
    return message(id(), event);
  }

  public static RawMessage message(String id, Event event) {
    return new RawMessage(event.type().ceType(), id, EventJson.write(event), false);
  }
}

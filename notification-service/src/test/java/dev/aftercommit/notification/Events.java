package dev.aftercommit.notification;

import dev.aftercommit.events.DepartmentChanged;
import dev.aftercommit.events.EmployeeChanged;
import dev.aftercommit.events.EmployeeChanged.Change;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Events about invented people. */
final class Events {

  static final Instant CHANGED_AT = Instant.parse("2026-02-01T08:30:00Z");

  private Events() {}

  static EmployeeChanged salaryChanged(String employee, @Nullable String email, String salary) {
    return employee(employee, email, salary, Change.SALARY_CHANGED);
  }

  static EmployeeChanged employee(
      String employee, @Nullable String email, String salary, Change change) {
    return new EmployeeChanged(
        employee,
        "Zoë " + employee,
        email,
        change == Change.LEFT ? null : "7",
        new BigDecimal(salary),
        "EUR",
        3,
        change,
        CHANGED_AT);
  }

  static DepartmentChanged department() {
    return new DepartmentChanged("7", "Research", new BigDecimal("100000.00"), 1, CHANGED_AT);
  }
}

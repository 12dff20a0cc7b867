package dev.aftercommit.employee.employee;

import dev.aftercommit.employee.config.EmployeeServiceConfig;
import dev.aftercommit.employee.events.ChangeEvents;
import dev.aftercommit.employee.ids.PublicIds;
import dev.aftercommit.events.EmployeeChanged.Change;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Says what happened to an employee, with the state after it. */
@ApplicationScoped
class EmployeeEvents {

  private final EmployeeRepository employees;
  private final ChangeEvents events;
  private final PublicIds ids;
  private final Clock clock;
  private final String currency;

  @Inject
  EmployeeEvents(
      EmployeeRepository employees,
      ChangeEvents events,
      PublicIds ids,
      Clock clock,
      EmployeeServiceConfig config) {
    this.employees = employees;
    this.events = events;
    this.ids = ids;
    this.clock = clock;
    this.currency = config.currency();
  }

  /** Writes the row, which gives it its new version, and appends the event behind it. */
  void append(Employee employee, Change change) {
    employees.flush();
    events.append(
        List.of(
            employee.changed(
                change, currency, ids, clock.instant().truncatedTo(ChronoUnit.MICROS))));
  }
}

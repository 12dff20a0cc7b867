package dev.aftercommit.employee.department;

import dev.aftercommit.employee.config.EmployeeServiceConfig;
import dev.aftercommit.employee.events.ChangeEvents;
import dev.aftercommit.employee.ids.PublicIds;
import dev.aftercommit.employee.transactions.RetriedOnConflict;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/** Finds departments by name for an import, and creates those that are missing. */
@ApplicationScoped
public class DepartmentNames {

  private final DepartmentRepository departments;
  private final ChangeEvents events;
  private final PublicIds publicIds;
  private final EmployeeServiceConfig config;
  private final Clock clock;

  @Inject
  DepartmentNames(
      DepartmentRepository departments,
      ChangeEvents events,
      PublicIds publicIds,
      EmployeeServiceConfig config,
      Clock clock) {
    this.departments = departments;
    this.events = events;
    this.publicIds = publicIds;
    this.config = config;
    this.clock = clock;
  }

  /**
   * The departments of these names.
   *
   * @param ids the department's id by its name, for every name asked for
   * @param created how many of them are new
   */
  public record Found(Map<String, Long> ids, int created) {}

  /**
   * Finds or creates the departments, in a transaction of its own: creating one makes everybody
   * wait who creates the same, and so must not happen while employees' rows are locked.
   */
  @Transactional
  @RetriedOnConflict
  public Found findOrCreate(SortedSet<String> names) {
    Map<String, Long> ids = new HashMap<>();
    departments.named(names).forEach(found -> ids.put(found.name(), found.id()));
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    List<Department> created =
        names.stream()
            .filter(name -> !ids.containsKey(name))
            .map(name -> departments.createIfAbsent(publicIds.next(), name, budget()))
            .flatMap(Optional::stream)
            .toList();
    if (!created.isEmpty()) {
      events.append(
          created.stream().map(department -> department.changed(publicIds, now)).toList());
    }
    created.forEach(department -> ids.put(department.name(), department.id()));
    if (ids.size() < names.size()) { // somebody else created them just now
      departments.named(names).forEach(found -> ids.put(found.name(), found.id()));
    }
    return new Found(ids, created.size());
  }

  private BigDecimal budget() {
    return config.imports().newDepartmentBudget();
  }
}

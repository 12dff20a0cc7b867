package dev.aftercommit.employee.imports;

import dev.aftercommit.employee.config.EmployeeServiceConfig;
import dev.aftercommit.employee.department.Payroll;
import dev.aftercommit.employee.events.ChangeEvents;
import dev.aftercommit.employee.ids.PublicIds;
import dev.aftercommit.employee.transactions.RetriedOnConflict;
import dev.aftercommit.events.EmployeeChanged;
import dev.aftercommit.events.EmployeeChanged.Change;
import dev.aftercommit.publicids.IdType;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Imports rows in one transaction, all or none. Locks in the order of the whole service: employees
 * that are new (by key), employees that are known (by id), events, departments (by id).
 */
@ApplicationScoped
class ImportBatch {

  private final EmployeeTable table;
  private final ChangeEvents events;
  private final Payroll payroll;
  private final PublicIds ids;
  private final Clock clock;
  private final String currency;

  @Inject
  ImportBatch(
      EmployeeTable table,
      ChangeEvents events,
      Payroll payroll,
      PublicIds ids,
      Clock clock,
      EmployeeServiceConfig config) {
    this.table = table;
    this.events = events;
    this.payroll = payroll;
    this.ids = ids;
    this.clock = clock;
    this.currency = config.currency();
  }

  /** How many employees a batch hired, changed, and found to be already so. */
  record Outcome(int created, int changed, int unchanged) {}

  /** One employee before (null when new) and after. */
  private record Transition(@Nullable StoredEmployee before, StoredEmployee after) {

    Change change() {
      return before == null ? Change.HIRED : after.changeSince(before);
    }
  }

  /**
   * Imports the rows.
   *
   * @param rows with different keys
   * @throws SQLException when the database refuses; nothing is imported
   */
  @Transactional(rollbackOn = SQLException.class)
  @RetriedOnConflict
  Outcome apply(List<ImportRow.Placed> rows) throws SQLException {
    Map<String, StoredEmployee> known = table.find(keys(rows));
    Map<String, StoredEmployee> hired = insert(rows, known);
    List<Transition> transitions = new ArrayList<>();
    hired.values().stream()
        .sorted(Comparator.comparingLong(StoredEmployee::id))
        .forEach(employee -> transitions.add(new Transition(null, employee)));
    transitions.addAll(update(rows, known, hired));
    if (!transitions.isEmpty()) {
      Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
      events.append(transitions.stream().map(transition -> event(transition, now)).toList());
      payroll.addAll(payrollDeltas(transitions));
    }
    int created = (int) transitions.stream().filter(t -> t.change() == Change.HIRED).count();
    return new Outcome(created, transitions.size() - created, rows.size() - transitions.size());
  }

  private Map<String, StoredEmployee> insert(
      List<ImportRow.Placed> rows, Map<String, StoredEmployee> known) throws SQLException {
    List<ImportRow.Placed> unknown =
        rows.stream()
            .filter(row -> !known.containsKey(row.key()))
            .sorted(Comparator.comparing(ImportRow.Placed::key))
            .toList();
    return unknown.isEmpty() ? Map.of() : table.insert(unknown);
  }

  /**
   * Locks those who differ from their row, or whom somebody else inserted just now, and gives those
   * who differ under the lock the row's values.
   */
  private List<Transition> update(
      List<ImportRow.Placed> rows,
      Map<String, StoredEmployee> known,
      Map<String, StoredEmployee> hired)
      throws SQLException {
    List<ImportRow.Placed> candidates =
        rows.stream()
            .filter(row -> !hired.containsKey(row.key()))
            .filter(row -> differs(known.get(row.key()), row))
            .toList();
    if (candidates.isEmpty()) {
      return List.of();
    }
    Map<String, StoredEmployee> locked = table.lock(keys(candidates));
    List<Transition> updates =
        candidates.stream()
            .filter(row -> differs(locked.get(row.key()), row))
            .map(row -> transition(locked.get(row.key()), row))
            .toList();
    if (!updates.isEmpty()) {
      table.update(updates.stream().map(Transition::after).toList());
    }
    return updates;
  }

  private static boolean differs(@Nullable StoredEmployee stored, ImportRow.Placed row) {
    return stored == null || !stored.isAlready(row);
  }

  private static Transition transition(@Nullable StoredEmployee before, ImportRow.Placed row) {
    if (before == null) {
      throw new IllegalStateException(
          "employee with import key %s was neither inserted nor found".formatted(row.key()));
    }
    return new Transition(before, before.with(row));
  }

  private EmployeeChanged event(Transition transition, Instant now) {
    StoredEmployee after = transition.after();
    return new EmployeeChanged(
        ids.token(IdType.EMPLOYEE, after.id()),
        after.name(),
        after.email(),
        ids.token(IdType.DEPARTMENT, after.employedIn()),
        after.salary(),
        currency,
        after.version(),
        transition.change(),
        now);
  }

  private static Map<Long, BigDecimal> payrollDeltas(List<Transition> transitions) {
    Map<Long, BigDecimal> deltas = new HashMap<>();
    for (Transition transition : transitions) {
      StoredEmployee before = transition.before();
      if (before != null) {
        add(deltas, before.department(), before.salary().negate());
      }
      add(deltas, transition.after().department(), transition.after().salary());
    }
    return deltas;
  }

  private static void add(
      Map<Long, BigDecimal> deltas, @Nullable Long department, BigDecimal amount) {
    if (department != null) {
      deltas.merge(department, amount, BigDecimal::add);
    }
  }

  private static List<String> keys(List<ImportRow.Placed> rows) {
    return rows.stream().map(ImportRow.Placed::key).toList();
  }
}

package dev.aftercommit.aggregator.average;

import dev.aftercommit.consumer.ReceivedEvent;
import dev.aftercommit.events.DepartmentChanged;
import dev.aftercommit.events.EmployeeChanged;
import dev.aftercommit.events.Event;
import dev.aftercommit.events.EventType;
import dev.aftercommit.inbox.VersionGaps;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Moves employees and department sums to a newer state, in the caller's transaction. For each
 * employee the newest version wins, seen before or in this batch, so any order of events, and any
 * repetition, ends in the same sums.
 *
 * <p>Rows are locked in one order by everybody: employees, then departments, each sorted. Two
 * aggregators can wait for each other, but not in a circle.
 */
final class Projection {

  /**
   * First whoever is new gets a row, then all rows are locked: inserting waits for nobody who holds
   * a lock on a row, only for another inserter of the same key. Both travel together.
   */
  private static final String INTRODUCE_AND_LOCK =
      """
      INSERT INTO employee_projection (employee)
      SELECT employee FROM unnest(?::text[]) AS employee ORDER BY employee
      ON CONFLICT DO NOTHING;
      SELECT employee, department, salary, version FROM employee_projection
      WHERE employee = ANY (?::text[]) ORDER BY employee FOR UPDATE
      """;

  private static final String STORE =
      """
      UPDATE employee_projection AS p
      SET department = new.department, salary = new.salary, version = new.version
      FROM unnest(?::text[], ?::text[], ?::numeric[], ?::bigint[])
        AS new (employee, department, salary, version)
      WHERE p.employee = new.employee
      """;

  /**
   * Only for departments that an event is about: gives them a row, locks them in the order in which
   * they are moved, and changes nothing.
   */
  private static final String LOCK_DEPARTMENTS =
      """
      INSERT INTO department AS d (department)
      SELECT department FROM unnest(?::text[]) AS department ORDER BY department
      ON CONFLICT (department) DO UPDATE SET version = d.version
      RETURNING department, version
      """;

  private static final String MOVE =
      """
      INSERT INTO department AS d (department, headcount, total, name, version)
      SELECT * FROM unnest(?::text[], ?::bigint[], ?::numeric[], ?::text[], ?::bigint[])
        AS move (department, headcount, total, name, version)
      ORDER BY department
      ON CONFLICT (department) DO UPDATE SET
        headcount = d.headcount + excluded.headcount,
        total = d.total + excluded.total,
        name = CASE WHEN excluded.version > d.version THEN excluded.name ELSE d.name END,
        version = greatest(d.version, excluded.version)
      """;

  private final Connection connection;
  private final Map<String, EmployeeChanged> employees = new TreeMap<>();
  private final Map<String, Move> moves = new TreeMap<>();
  private final Map<String, List<Long>> versions = new HashMap<>();
  private final VersionGaps gaps = new VersionGaps();

  private Projection(Connection connection) {
    this.connection = connection;
  }

  /** Applies the events; neither commits nor rolls back. */
  static void apply(Connection connection, List<ReceivedEvent> events) throws SQLException {
    Projection projection = new Projection(connection);
    projection.reduce(events);
    projection.moveEmployees();
    projection.moveDepartments();
    projection.gaps.store(connection);
  }

  private void reduce(List<ReceivedEvent> events) {
    for (ReceivedEvent received : events) {
      Event event = received.event();
      versions
          .computeIfAbsent(event.type().subject(event.subjectId()), _ -> new ArrayList<>(1))
          .add(event.version());
      switch (event) {
        case EmployeeChanged e ->
            employees.merge(e.employee(), e, (a, b) -> b.version() > a.version() ? b : a);
        case DepartmentChanged d -> move(d.department(), Move.named(d.name(), d.version()));
      }
    }
  }

  private void move(@Nullable String department, Move move) {
    if (department != null) {
      moves.merge(department, move, Move::and);
    }
  }

  private void moveEmployees() throws SQLException {
    if (employees.isEmpty()) {
      return;
    }
    Array keys = array("text", employees.keySet().toArray());
    List<EmployeeChanged> newer = new ArrayList<>(employees.size());
    int locked = 0;
    try (PreparedStatement lock = connection.prepareStatement(INTRODUCE_AND_LOCK)) {
      lock.setArray(1, keys);
      lock.setArray(2, keys);
      lock.execute();
      lock.getMoreResults();
      try (ResultSet row = lock.getResultSet()) {
        while (row.next()) {
          locked++;
          replace(row, newer);
        }
      }
    }
    if (locked != employees.size()) {
      throw new IllegalStateException(
          "expected %d rows of employee_projection right after inserting them, found %d: does somebody delete there?"
              .formatted(employees.size(), locked));
    }
    store(newer);
  }

  private void replace(ResultSet row, List<EmployeeChanged> newer) throws SQLException {
    EmployeeChanged next = employees.get(row.getString(1));
    if (next == null) {
      return;
    }
    arrived(EventType.EMPLOYEE_CHANGED_V1, next.employee(), row.getLong(4));
    if (next.version() <= row.getLong(4)) {
      return;
    }
    move(row.getString(2), Move.left(row.getBigDecimal(3)));
    move(next.department(), Move.joined(next.salary()));
    newer.add(next);
  }

  private void store(List<EmployeeChanged> newer) throws SQLException {
    if (newer.isEmpty()) {
      return;
    }
    try (PreparedStatement update = connection.prepareStatement(STORE)) {
      update.setArray(1, array("text", newer.stream().map(EmployeeChanged::employee).toArray()));
      update.setArray(2, array("text", newer.stream().map(EmployeeChanged::department).toArray()));
      update.setArray(3, array("numeric", newer.stream().map(EmployeeChanged::salary).toArray()));
      update.setArray(4, array("bigint", newer.stream().map(EmployeeChanged::version).toArray()));
      update.executeUpdate();
    }
  }

  private void arrived(EventType type, String subjectId, long newest) {
    String subject = type.subject(subjectId);
    gaps.seen(subject, newest, versions.getOrDefault(subject, List.of()));
  }

  private void lockNamedDepartments() throws SQLException {
    if (moves.values().stream().noneMatch(Move::namesIt)) {
      return;
    }
    try (PreparedStatement lock = connection.prepareStatement(LOCK_DEPARTMENTS)) {
      lock.setArray(1, array("text", moves.keySet().toArray()));
      try (ResultSet row = lock.executeQuery()) {
        while (row.next()) {
          arrived(EventType.DEPARTMENT_CHANGED_V1, row.getString(1), row.getLong(2));
        }
      }
    }
  }

  private void moveDepartments() throws SQLException {
    moves.values().removeIf(Move::changesNothing);
    if (moves.isEmpty()) {
      return;
    }
    lockNamedDepartments();
    Collection<Move> values = moves.values();
    try (PreparedStatement upsert = connection.prepareStatement(MOVE)) {
      upsert.setArray(1, array("text", moves.keySet().toArray()));
      upsert.setArray(2, array("bigint", values.stream().map(Move::headcount).toArray()));
      upsert.setArray(3, array("numeric", values.stream().map(Move::total).toArray()));
      upsert.setArray(4, array("text", values.stream().map(Move::name).toArray()));
      upsert.setArray(5, array("bigint", values.stream().map(Move::version).toArray()));
      upsert.executeUpdate();
    }
  }

  private Array array(String type, @Nullable Object[] elements) throws SQLException {
    return connection.createArrayOf(type, elements);
  }
}

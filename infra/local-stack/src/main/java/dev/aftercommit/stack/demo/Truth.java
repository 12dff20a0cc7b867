package dev.aftercommit.stack.demo;

import dev.aftercommit.publicids.IdTokens;
import dev.aftercommit.publicids.IdType;
import dev.aftercommit.stack.services.PublicIdKey;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Reads what is really there, by SQL over each service's database. */
final class Truth {

  /** One department by SQL over the committed employees. */
  record Department(
      String id,
      String name,
      long headcount,
      BigDecimal total,
      @Nullable BigDecimal average,
      BigDecimal budget,
      BigDecimal payroll) {}

  /** One event of the outbox. */
  record Event(String topic, Instant occurredAt, long position) {}

  private static final String DEPARTMENTS =
      """
      SELECT d.id, d.name, count(e.id), coalesce(sum(e.salary), 0), round(avg(e.salary), 2),
             d.budget, d.payroll
      FROM department d LEFT JOIN employee e ON e.department_id = d.id
      GROUP BY d.id
      ORDER BY d.name
      """;

  /** The topic of the events that employees are told about. */
  static final String SALARY_CHANGED = "employee.salary-changed";

  /** An instance numbers its employees in ascending order; which instance it was, says the key. */
  private static final String HIRED_AFTER =
      """
      SELECT id, version FROM employee
      WHERE id > coalesce((SELECT last FROM unnest(?::bigint[]) AS last
                           WHERE last >> 48 = employee.id >> 48), 0)
      """;

  private static final String VERSIONS_TOLD =
      """
      SELECT data ->> 'employee', array_agg((data ->> 'version')::bigint ORDER BY position)
      FROM (SELECT position, topic, convert_from(payload, 'UTF8')::json AS data
            FROM outbox.event) AS event
      WHERE position > ? AND topic LIKE 'employee.%'
      GROUP BY 1
      """;

  private static final String TALLIES_THAT_DO_NOT_ADD_UP =
      """
      SELECT count(*)
      FROM employee_activity a
      LEFT JOIN (SELECT employee_id, sum(change) AS change FROM activity_history GROUP BY 1) h
        USING (employee_id)
      WHERE a.total_change <> a.daily_change + coalesce(h.change, 0)
      """;

  private static final String DATA = "convert_from(payload, 'UTF8')::json";

  private static final String SETTINGS =
      """
      SELECT format('PostgreSQL %s, fsync %s, synchronous_commit %s',
                    split_part(current_setting('server_version'), ' ', 1),
                    current_setting('fsync'), current_setting('synchronous_commit'))
      """;

  private final Sql sql;
  private final IdTokens ids = new IdTokens(PublicIdKey.fromEnvironment());

  Truth(Target target) {
    this.sql = new Sql(target);
  }

  /** What people were told. */
  Notifications notifications() {
    return new Notifications(sql);
  }

  /** The position of the newest event. */
  long lastPosition() throws SQLException {
    return sql.number("employee", "SELECT coalesce(max(position), 0) FROM outbox.event");
  }

  /** The greatest key of the employees of each instance. */
  List<Long> lastEmployees() throws SQLException {
    return sql.list(
        "employee", "SELECT max(id) FROM employee GROUP BY id >> 48", row -> row.getLong(1));
  }

  /**
   * How many employees hired after {@code lastEmployees} do not have exactly one event per version,
   * in the order of the versions.
   */
  long employeesWithGaps(long position, List<Long> lastEmployees) throws SQLException {
    Map<String, List<Long>> told = new HashMap<>();
    sql.list(
            "employee",
            VERSIONS_TOLD,
            row -> Map.entry(row.getString(1), List.of((Long[]) row.getArray(2).getArray())),
            position)
        .forEach(event -> told.put(event.getKey(), event.getValue()));
    Map<String, List<Long>> made = new HashMap<>();
    sql.list(
            "employee",
            HIRED_AFTER,
            row ->
                Map.entry(
                    ids.token(IdType.EMPLOYEE, row.getLong(1)),
                    LongStream.rangeClosed(0, row.getLong(2)).boxed().toList()),
            lastEmployees.toString().replace('[', '{').replace(']', '}'))
        .forEach(employee -> made.put(employee.getKey(), employee.getValue()));
    Set<String> all = new HashSet<>(told.keySet());
    all.addAll(made.keySet());
    return all.stream().filter(id -> !Objects.equals(told.get(id), made.get(id))).count();
  }

  /** How many employees' changes of all days and of today do not add up to the total. */
  long talliesThatDoNotAddUp() throws SQLException {
    return sql.number("employee", TALLIES_THAT_DO_NOT_ADD_UP);
  }

  /** How many employees' changes are in the history. */
  long historyRows() throws SQLException {
    return sql.number("employee", "SELECT count(*) FROM activity_history");
  }

  /** How many events were appended after the position. */
  long eventsAfter(long position) throws SQLException {
    return sql.number("employee", "SELECT count(*) FROM outbox.event WHERE position > ?", position);
  }

  /** How many of the events after the position are changes of a salary. */
  long salaryChangesAfter(long position) throws SQLException {
    return sql.number(
        "employee",
        "SELECT count(*) FROM outbox.event WHERE position > ? AND topic = 'employee.salary-changed'",
        position);
  }

  /** The events appended after the position, by id. */
  Map<UUID, Event> eventsById(long position) throws SQLException {
    Map<UUID, Event> events = new HashMap<>();
    sql.list(
            "employee",
            "SELECT event_id, topic, occurred_at, position FROM outbox.event WHERE position > ?",
            row ->
                Map.entry(
                    row.getObject(1, UUID.class),
                    new Event(row.getString(2), instant(row, 3), row.getLong(4))),
            position)
        .forEach(event -> events.put(event.getKey(), event.getValue()));
    return events;
  }

  /** The ids that took effect in the aggregator since then, and when. */
  Map<UUID, Instant> effectsSince(OffsetDateTime since) throws SQLException {
    Map<UUID, Instant> effects = new HashMap<>();
    sql.list(
            "aggregator",
            "SELECT event_id, applied_at FROM inbox.message WHERE applied_at >= ?",
            row -> Map.entry(row.getObject(1, UUID.class), instant(row, 2)),
            since)
        .forEach(effect -> effects.put(effect.getKey(), effect.getValue()));
    return effects;
  }

  /** Database time of the aggregator. */
  OffsetDateTime aggregatorTime() throws SQLException {
    return sql.list(
            "aggregator", "SELECT clock_timestamp()", row -> row.getObject(1, OffsetDateTime.class))
        .getFirst();
  }

  /** Every department, sorted by name. */
  List<Department> departments() throws SQLException {
    return sql.list(
        "employee",
        DEPARTMENTS,
        row ->
            new Department(
                ids.token(IdType.DEPARTMENT, row.getLong(1)),
                row.getString(2),
                row.getLong(3),
                row.getBigDecimal(4),
                row.getBigDecimal(5),
                row.getBigDecimal(6),
                row.getBigDecimal(7)));
  }

  /**
   * Traces of changes that rolled back: employees, events, projections and notifications with an
   * impossible salary or the name of nobody.
   */
  Map<String, Long> tracesOfRolledBack(BigDecimal impossible) throws SQLException {
    String nobody = Client.NOBODY + " %";
    return Map.of(
        "employees",
        sql.number(
            "employee",
            "SELECT count(*) FROM employee WHERE salary >= ? OR name LIKE ?",
            impossible,
            nobody),
        "events",
        sql.number(
            "employee",
            "SELECT count(*) FROM outbox.event WHERE (%1$s ->> 'salary')::numeric >= ? OR %1$s ->> 'name' LIKE ?"
                .formatted(DATA),
            impossible,
            nobody),
        "averages",
        sql.number(
            "aggregator", "SELECT count(*) FROM employee_projection WHERE salary >= ?", impossible),
        "notifications",
        sql.number(
            "notification",
            "SELECT count(*) FROM notification WHERE salary >= ? OR name LIKE ?",
            impossible,
            nobody));
  }

  /** Parked messages with an id greater than {@code after}: the reason and the data of each. */
  List<ParkedMessage> parked(String database, long after) throws SQLException {
    return sql.list(
        database,
        "SELECT reason, detail, body FROM inbox.parked_message WHERE id > ?",
        row -> new ParkedMessage(row.getString(1), row.getString(2), row.getBytes(3)),
        after);
  }

  /** How many messages are parked with an id greater than {@code after}. */
  long parkedCount(String database, long after) throws SQLException {
    return sql.number(database, "SELECT count(*) FROM inbox.parked_message WHERE id > ?", after);
  }

  /** A parked message. */
  @SuppressWarnings("ArrayRecordComponent") // compared by content where it matters
  record ParkedMessage(String reason, String detail, byte[] body) {}

  /** The greatest id of the parked messages of a consumer. */
  long lastParked(String database) throws SQLException {
    return sql.number(database, "SELECT coalesce(max(id), 0) FROM inbox.parked_message");
  }

  /** How often the aggregator ignored a message because it had it already. */
  long duplicatesIgnored() throws SQLException {
    return sql.number("aggregator", "SELECT ignored FROM inbox.duplicates");
  }

  /** How many events have taken effect in the aggregator since then. */
  long effectCount(OffsetDateTime since) throws SQLException {
    return sql.number(
        "aggregator", "SELECT count(*) FROM inbox.message WHERE applied_at >= ?", since);
  }

  /** Events the relays have published, by their own count. */
  long published() throws SQLException {
    return sql.number("employee", "SELECT sum(published) FROM outbox.shard");
  }

  /** Events that no relay could publish. */
  long parkedByRelays() throws SQLException {
    return sql.number("employee", "SELECT count(*) FROM outbox.parked_event");
  }

  /** The version and the settings on which durability depends, as the server tells them. */
  String postgresSettings() throws SQLException {
    return sql.list("employee", SETTINGS, row -> row.getString(1)).getFirst();
  }

  private static Instant instant(ResultSet row, int column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}

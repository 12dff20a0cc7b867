package dev.aftercommit.stack.demo;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
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
      SELECT d.id::text, d.name, count(e.id), coalesce(sum(e.salary), 0), round(avg(e.salary), 2),
             d.budget, d.payroll
      FROM department d LEFT JOIN employee e ON e.department_id = d.id
      GROUP BY d.id
      ORDER BY d.name
      """;

  /** The topic of the events that employees are told about. */
  static final String SALARY_CHANGED = "employee.salary-changed";

  private static final String EMPLOYEES_WITH_GAPS =
      """
      SELECT count(*)
      FROM (SELECT (convert_from(payload, 'UTF8')::json ->> 'employee')::bigint AS id,
                   array_agg((convert_from(payload, 'UTF8')::json ->> 'version')::bigint
                             ORDER BY position) AS versions
            FROM outbox.event
            WHERE position > ? AND topic LIKE 'employee.%'
            GROUP BY 1) AS told
      FULL JOIN (SELECT id, version FROM employee
                 WHERE id > ?) AS made USING (id)
      WHERE told.versions IS DISTINCT FROM
            (SELECT array_agg(v ORDER BY v) FROM generate_series(0, made.version) AS v)
      """;

  private static final String DATA = "convert_from(payload, 'UTF8')::json";

  private final Target target;

  Truth(Target target) {
    this.target = target;
  }

  /** The position of the newest event. */
  long lastPosition() throws SQLException {
    return number("employee", "SELECT coalesce(max(position), 0) FROM outbox.event");
  }

  /** The greatest id of the employees. */
  long lastEmployee() throws SQLException {
    return number("employee", "SELECT coalesce(max(id), 0) FROM employee");
  }

  /**
   * How many employees hired after {@code lastEmployee} do not have exactly one event per version,
   * in the order of the versions.
   */
  long employeesWithGaps(long position, long lastEmployee) throws SQLException {
    return number("employee", EMPLOYEES_WITH_GAPS, position, lastEmployee);
  }

  /** How many events were appended after the position. */
  long eventsAfter(long position) throws SQLException {
    return number("employee", "SELECT count(*) FROM outbox.event WHERE position > ?", position);
  }

  /** How many of the events after the position are changes of a salary. */
  long salaryChangesAfter(long position) throws SQLException {
    return number(
        "employee",
        "SELECT count(*) FROM outbox.event WHERE position > ? AND topic = 'employee.salary-changed'",
        position);
  }

  /** The events appended after the position, by id. */
  Map<UUID, Event> eventsById(long position) throws SQLException {
    String sql =
        "SELECT event_id, topic, occurred_at, position FROM outbox.event WHERE position > ?";
    Map<UUID, Event> events = new HashMap<>();
    try (Connection connection = target.database("employee");
        PreparedStatement select = connection.prepareStatement(sql)) {
      select.setLong(1, position);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          events.put(
              rows.getObject(1, UUID.class),
              new Event(
                  rows.getString(2),
                  rows.getObject(3, OffsetDateTime.class).toInstant(),
                  rows.getLong(4)));
        }
      }
    }
    return events;
  }

  /** The ids that took effect in the aggregator since then, and when. */
  Map<UUID, Instant> effectsSince(OffsetDateTime since) throws SQLException {
    String sql = "SELECT event_id, applied_at FROM inbox.message WHERE applied_at >= ?";
    Map<UUID, Instant> effects = new HashMap<>();
    try (Connection connection = target.database("aggregator");
        PreparedStatement select = connection.prepareStatement(sql)) {
      select.setObject(1, since);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          effects.put(
              rows.getObject(1, UUID.class), rows.getObject(2, OffsetDateTime.class).toInstant());
        }
      }
    }
    return effects;
  }

  /** Database time of the aggregator. */
  OffsetDateTime aggregatorTime() throws SQLException {
    try (Connection connection = target.database("aggregator");
        PreparedStatement select = connection.prepareStatement("SELECT clock_timestamp()");
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getObject(1, OffsetDateTime.class);
    }
  }

  /** Every department, sorted by name. */
  List<Department> departments() throws SQLException {
    List<Department> all = new ArrayList<>();
    try (Connection connection = target.database("employee");
        PreparedStatement select = connection.prepareStatement(DEPARTMENTS);
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        all.add(
            new Department(
                row.getString(1),
                row.getString(2),
                row.getLong(3),
                row.getBigDecimal(4),
                row.getBigDecimal(5),
                row.getBigDecimal(6),
                row.getBigDecimal(7)));
      }
    }
    return all;
  }

  /**
   * Traces of changes that rolled back: employees, events, projections and notifications with an
   * impossible salary or the name of nobody.
   */
  Map<String, Long> tracesOfRolledBack(BigDecimal impossible) throws SQLException {
    String nobody = Client.NOBODY + " %";
    return Map.of(
        "employees",
        number(
            "employee",
            "SELECT count(*) FROM employee WHERE salary >= ? OR name LIKE ?",
            impossible,
            nobody),
        "events",
        number(
            "employee",
            "SELECT count(*) FROM outbox.event WHERE (%1$s ->> 'salary')::numeric >= ? OR %1$s ->> 'name' LIKE ?"
                .formatted(DATA),
            impossible,
            nobody),
        "averages",
        number(
            "aggregator", "SELECT count(*) FROM employee_projection WHERE salary >= ?", impossible),
        "notifications",
        number(
            "notification",
            "SELECT count(*) FROM notification WHERE salary >= ? OR name LIKE ?",
            impossible,
            nobody));
  }

  /** Parked messages with an id greater than {@code after}: the reason and the data of each. */
  List<ParkedMessage> parked(String database, long after) throws SQLException {
    String sql = "SELECT reason, detail, body FROM inbox.parked_message WHERE id > ?";
    List<ParkedMessage> parked = new ArrayList<>();
    try (Connection connection = target.database(database);
        PreparedStatement select = connection.prepareStatement(sql)) {
      select.setLong(1, after);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          parked.add(new ParkedMessage(rows.getString(1), rows.getString(2), rows.getBytes(3)));
        }
      }
    }
    return parked;
  }

  /** How many messages are parked with an id greater than {@code after}. */
  long parkedCount(String database, long after) throws SQLException {
    return number(database, "SELECT count(*) FROM inbox.parked_message WHERE id > ?", after);
  }

  /** A parked message. */
  @SuppressWarnings("ArrayRecordComponent") // compared by content where it matters
  record ParkedMessage(String reason, String detail, byte[] body) {}

  /** One notification. */
  record Notification(UUID event, String state, String messageId) {
    boolean isSent() {
      return state.equals("SENT");
    }
  }

  /** The notifications with an id greater than {@code after}. */
  List<Notification> notificationsAfter(long after) throws SQLException {
    String sql = "SELECT event_id, state, message_id FROM notification WHERE id > ?";
    List<Notification> notifications = new ArrayList<>();
    try (Connection connection = target.database("notification");
        PreparedStatement select = connection.prepareStatement(sql)) {
      select.setLong(1, after);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          notifications.add(
              new Notification(
                  rows.getObject(1, UUID.class), rows.getString(2), rows.getString(3)));
        }
      }
    }
    return notifications;
  }

  /** The greatest id of the notifications. */
  long lastNotification() throws SQLException {
    return number("notification", "SELECT coalesce(max(id), 0) FROM notification");
  }

  /**
   * Notifications with an id greater than {@code after} that are neither sent nor without address.
   */
  long notificationsPending(long after) throws SQLException {
    return number(
        "notification",
        "SELECT count(*) FROM notification WHERE id > ? AND state = 'PENDING'",
        after);
  }

  /** Notifications with an id greater than {@code after}. */
  long notificationCount(long after) throws SQLException {
    return number("notification", "SELECT count(*) FROM notification WHERE id > ?", after);
  }

  /** The greatest id of the parked messages of a consumer. */
  long lastParked(String database) throws SQLException {
    return number(database, "SELECT coalesce(max(id), 0) FROM inbox.parked_message");
  }

  /** How often the aggregator ignored a message because it had it already. */
  long duplicatesIgnored() throws SQLException {
    return number("aggregator", "SELECT ignored FROM inbox.duplicates");
  }

  /** How many events have taken effect in the aggregator since then. */
  long effectCount(OffsetDateTime since) throws SQLException {
    return number("aggregator", "SELECT count(*) FROM inbox.message WHERE applied_at >= ?", since);
  }

  /** Events the relays have published, by their own count. */
  long published() throws SQLException {
    return number("employee", "SELECT sum(published) FROM outbox.shard");
  }

  /** Events that no relay could publish. */
  long parkedByRelays() throws SQLException {
    return number("employee", "SELECT count(*) FROM outbox.parked_event");
  }

  /** The version and the settings on which durability depends, as the server tells them. */
  String postgresSettings() throws SQLException {
    String sql =
        "SELECT format('PostgreSQL %s, fsync %s, synchronous_commit %s', split_part(current_setting('server_version'), ' ', 1), current_setting('fsync'), current_setting('synchronous_commit'))";
    try (Connection connection = target.database("employee");
        PreparedStatement select = connection.prepareStatement(sql);
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getString(1);
    }
  }

  private long number(String database, String sql, Object... parameters) throws SQLException {
    try (Connection connection = target.database(database);
        PreparedStatement select = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        select.setObject(i + 1, parameters[i]);
      }
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }
}

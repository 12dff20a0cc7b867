package dev.aftercommit.notification.notification;

import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** What people ask about notifications, and their one command. */
@Singleton
public class NotificationQueries {

  static final String COLUMNS =
      """
      id, event_id, employee, name, email, salary, currency, changed_at, message_id, state,
      tries, next_try_at, error, created_at, settled_at
      """;

  private static final String SELECT = "SELECT " + COLUMNS + "FROM notification ";

  private static final String RETRY =
      """
      UPDATE notification
      SET state = 'PENDING', tries = 0, next_try_at = now(), claimed_until = NULL,
        settled_at = NULL, settled_by = NULL
      WHERE state = 'PARKED' AND id = ?
      RETURNING\s"""
          + COLUMNS;

  /** Rows that somebody else has locked are left for the next time. */
  private static final String RETRY_PARKED =
      """
      UPDATE notification
      SET state = 'PENDING', tries = 0, next_try_at = now(), claimed_until = NULL,
        settled_at = NULL, settled_by = NULL
      WHERE id = ANY (ARRAY(
        SELECT id FROM notification WHERE state = 'PARKED'
        ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED))
      """;

  private final DataSource dataSource;

  NotificationQueries(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** Those with a number greater than {@code after}, oldest first, of one employee or of all. */
  List<Notification> page(@Nullable String employee, long after, int limit) throws SQLException {
    String where = employee == null ? "WHERE id > ?" : "WHERE id > ? AND employee = ?";
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement(SELECT + where + " ORDER BY id LIMIT " + limit)) {
      select.setLong(1, after);
      if (employee != null) {
        select.setString(2, employee);
      }
      return read(select);
    }
  }

  /** One notification; empty when there is none with this number. */
  public Optional<Notification> find(long id) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(SELECT + "WHERE id = ?")) {
      select.setLong(1, id);
      return read(select).stream().findFirst();
    }
  }

  /** Brings a parked notification back; empty when none with this number is parked. */
  public Optional<Notification> retry(long id) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement update = connection.prepareStatement(RETRY)) {
      update.setLong(1, id);
      return read(update).stream().findFirst();
    }
  }

  /** Brings back up to so many parked notifications, oldest first; returns how many. */
  public int retryParked(int most) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement update = connection.prepareStatement(RETRY_PARKED)) {
      update.setInt(1, most);
      return update.executeUpdate();
    }
  }

  /** Counts by state. Reads the whole table: for people and tests, not for loops. */
  public NotificationCounts counts() throws SQLException {
    String sql =
        """
        SELECT count(*) FILTER (WHERE state = 'PENDING'), count(*) FILTER (WHERE state = 'SENT'),
               count(*) FILTER (WHERE state = 'WITHOUT_ADDRESS'), count(*) FILTER (WHERE state = 'PARKED')
        FROM notification
        """;
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(sql);
        ResultSet row = select.executeQuery()) {
      row.next();
      return new NotificationCounts(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4));
    }
  }

  /** How many are pending, and since when the oldest of them. */
  public Pending pending() throws SQLException {
    String sql =
        """
        SELECT count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0)
        FROM notification WHERE state = 'PENDING'
        """;
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(sql);
        ResultSet row = select.executeQuery()) {
      row.next();
      return new Pending(row.getLong(1), Duration.ofMillis((long) (row.getDouble(2) * 1000)));
    }
  }

  /**
   * Notifications that are not settled.
   *
   * @param count how many
   * @param oldestAge how long ago the oldest was made; zero without one
   */
  public record Pending(long count, Duration oldestAge) {}

  private static List<Notification> read(PreparedStatement query) throws SQLException {
    try (ResultSet rows = query.executeQuery()) {
      List<Notification> page = new ArrayList<>();
      while (rows.next()) {
        page.add(read(rows));
      }
      return page;
    }
  }

  /** The notification of a row that has {@link #COLUMNS} first. */
  static Notification read(ResultSet row) throws SQLException {
    NotificationState state = NotificationState.valueOf(row.getString(10));
    return new Notification(
        row.getString(1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        row.getBigDecimal(6),
        row.getString(7),
        instant(row, 8),
        row.getString(9),
        state,
        row.getInt(11),
        state == NotificationState.PENDING ? instant(row, 12) : null,
        row.getString(13),
        instant(row, 14),
        row.getObject(15) == null ? null : instant(row, 15));
  }

  private static Instant instant(ResultSet row, int column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}

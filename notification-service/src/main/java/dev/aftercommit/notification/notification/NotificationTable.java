package dev.aftercommit.notification.notification;

import dev.aftercommit.events.EmployeeChanged;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;

/** Writes notifications; each method works in the caller's transaction. */
public final class NotificationTable {

  private static final String INSERT =
      """
      INSERT INTO notification
        (event_id, employee, name, email, salary, currency, changed_at, message_id, state, settled_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, CASE WHEN ? THEN now() END)
      """;

  private static final String RETRY =
      """
      UPDATE notification
      SET state = 'PENDING', tries = 0, next_try_at = now(), claimed_until = NULL, settled_at = NULL
      WHERE state = 'PARKED' AND id = ?
      """;

  private NotificationTable() {}

  /** Adds rows to one statement, executed by {@link #close}. */
  public static final class Writer implements AutoCloseable {

    private final PreparedStatement insert;
    private final String messageIdDomain;

    /** Begins a batch of rows. */
    public Writer(Connection connection, String messageIdDomain) throws SQLException {
      this.insert = connection.prepareStatement(INSERT);
      this.messageIdDomain = messageIdDomain;
    }

    /** Adds the notification of one salary change. */
    public void add(UUID eventId, EmployeeChanged change) throws SQLException {
      String email = change.email();
      boolean withoutAddress = email == null || email.isBlank();
      insert.setObject(1, eventId);
      insert.setString(2, change.employee());
      insert.setString(3, change.name());
      insert.setString(4, email);
      insert.setBigDecimal(5, change.salary());
      insert.setString(6, change.currency());
      insert.setObject(7, OffsetDateTime.ofInstant(change.occurredAt(), ZoneOffset.UTC));
      insert.setString(8, "<" + eventId + "@" + messageIdDomain + ">");
      insert.setString(
          9,
          (withoutAddress ? NotificationState.WITHOUT_ADDRESS : NotificationState.PENDING).name());
      insert.setBoolean(10, withoutAddress);
      insert.addBatch();
    }

    /** Writes the rows. */
    public void write() throws SQLException {
      insert.executeBatch();
    }

    @Override
    public void close() throws SQLException {
      insert.close();
    }
  }

  /** Brings a parked notification back; false when none with this number is parked. */
  public static boolean retry(Connection connection, long id) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(RETRY)) {
      update.setLong(1, id);
      return update.executeUpdate() == 1;
    }
  }
}

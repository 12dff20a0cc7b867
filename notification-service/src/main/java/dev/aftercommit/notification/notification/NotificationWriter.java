package dev.aftercommit.notification.notification;

import dev.aftercommit.events.EmployeeChanged;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;

/**
 * Writes the notifications of a batch of salary changes, in the caller's transaction. A change that
 * has its notification already, because the inbox has forgotten its event, gets no second one.
 */
public final class NotificationWriter implements AutoCloseable {

  private static final String INSERT =
      """
      INSERT INTO notification
        (event_id, employee, name, email, salary, currency, changed_at, message_id, state, settled_at, settled_by)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, CASE WHEN ? THEN now() END,
        CASE WHEN ? THEN pg_current_xact_id() END)
      ON CONFLICT (event_id) DO NOTHING
      """;

  private final PreparedStatement insert;
  private final String messageIdDomain;

  /** Begins a batch; its mails get Message-IDs that end in the domain. */
  public NotificationWriter(Connection connection, String messageIdDomain) throws SQLException {
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
        9, (withoutAddress ? NotificationState.WITHOUT_ADDRESS : NotificationState.PENDING).name());
    insert.setBoolean(10, withoutAddress);
    insert.setBoolean(11, withoutAddress);
    insert.addBatch();
  }

  /** Writes what was added. */
  public void write() throws SQLException {
    insert.executeBatch();
  }

  @Override
  public void close() throws SQLException {
    insert.close();
  }
}

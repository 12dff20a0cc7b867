package dev.aftercommit.stack.demo;

import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/** What the notification-service has told people, by SQL over its database. */
final class Notifications {

  private static final String DATABASE = "notification";

  private final Sql sql;

  Notifications(Sql sql) {
    this.sql = sql;
  }

  /** One notification. */
  record Notification(UUID event, String state, String messageId) {
    boolean isSent() {
      return state.equals("SENT");
    }
  }

  /** Those with an id greater than {@code id}. */
  List<Notification> after(long id) throws SQLException {
    return sql.list(
        DATABASE,
        "SELECT event_id, state, message_id FROM notification WHERE id > ?",
        row -> new Notification(row.getObject(1, UUID.class), row.getString(2), row.getString(3)),
        id);
  }

  /** The greatest id. */
  long last() throws SQLException {
    return sql.number(DATABASE, "SELECT coalesce(max(id), 0) FROM notification");
  }

  /** How many with an id greater than {@code id} are neither sent nor without address. */
  long pendingAfter(long id) throws SQLException {
    return sql.number(
        DATABASE, "SELECT count(*) FROM notification WHERE id > ? AND state = 'PENDING'", id);
  }

  /** How many have an id greater than {@code id}. */
  long countAfter(long id) throws SQLException {
    return sql.number(DATABASE, "SELECT count(*) FROM notification WHERE id > ?", id);
  }
}

package dev.aftercommit.notification.notification;

import dev.aftercommit.consumer.Retention;
import dev.aftercommit.notification.config.NotificationConfig;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Notifications that are done with are kept for a time; those still to be sent, and those that wait
 * for somebody's decision, for as long as it takes.
 */
@Singleton
class NotificationRetention implements Retention {

  private static final String DELETE =
      """
      DELETE FROM notification WHERE id = ANY (ARRAY(
        SELECT id FROM notification
        WHERE settled_at < now() - ? * interval '1 millisecond'
          AND state IN ('SENT', 'WITHOUT_ADDRESS')
        ORDER BY settled_at LIMIT ? FOR UPDATE SKIP LOCKED))
      """;

  private final Duration age;

  NotificationRetention(NotificationConfig config) {
    age = config.retention();
  }

  @Override
  public String what() {
    return "notifications";
  }

  @Override
  public int purge(Connection connection, int most) throws SQLException {
    try (PreparedStatement delete = connection.prepareStatement(DELETE)) {
      delete.setLong(1, age.toMillis());
      delete.setInt(2, most);
      return delete.executeUpdate();
    }
  }
}

package dev.aftercommit.notification.consume;

import dev.aftercommit.consumer.EventHandler;
import dev.aftercommit.consumer.ReceivedEvent;
import dev.aftercommit.events.EmployeeChanged;
import dev.aftercommit.events.EmployeeChanged.Change;
import dev.aftercommit.notification.config.NotificationConfig;
import dev.aftercommit.notification.mail.Sender;
import dev.aftercommit.notification.notification.NotificationWriter;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Makes one notification of each salary change, and none of any other event. */
@Singleton
class SalaryNotices implements EventHandler {

  private final Sender sender;
  private final NotificationConfig config;

  SalaryNotices(Sender sender, NotificationConfig config) {
    this.sender = sender;
    this.config = config;
  }

  @Override
  public void apply(Connection connection, List<ReceivedEvent> events) throws SQLException {
    try (NotificationWriter rows = new NotificationWriter(connection, config.messageIdDomain())) {
      for (ReceivedEvent received : events) {
        if (received.event() instanceof EmployeeChanged change
            && change.change() == Change.SALARY_CHANGED) {
          rows.add(received.id(), change);
        }
      }
      rows.write();
    }
  }

  @Override
  public void committed(List<ReceivedEvent> events) {
    sender.ring();
  }
}

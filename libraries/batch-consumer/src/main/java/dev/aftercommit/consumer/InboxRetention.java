package dev.aftercommit.consumer;

import dev.aftercommit.inbox.Inbox;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** The ids of applied messages are kept for longer than the broker may deliver them again. */
@Singleton
class InboxRetention implements Retention {

  /** A message that is applied and not acknowledged comes again within hours; see README. */
  private static final Duration SHORTEST = Duration.ofDays(1);

  private final Duration age;

  InboxRetention(ConsumerConfig config) {
    age = config.inboxRetention();
    if (age.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException(
          "consumer.inbox-retention is %s; at least %s is needed, since the broker may deliver a message again for hours, and one that is forgotten counts as new"
              .formatted(age, SHORTEST));
    }
  }

  @Override
  public String what() {
    return "inbox";
  }

  @Override
  public int purge(Connection connection, int most) throws SQLException {
    return Inbox.forget(connection, age, most);
  }
}

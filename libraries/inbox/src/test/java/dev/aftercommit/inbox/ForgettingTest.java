package dev.aftercommit.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What cannot come again is forgotten, and remains counted. */
class ForgettingTest {

  private static final Duration WEEK = Duration.ofDays(7);
  private static final UUID OLDEST = madeBefore(Duration.ofDays(9));
  private static final UUID OLD = madeBefore(Duration.ofDays(8));
  private static final UUID YOUNG = madeBefore(Duration.ofDays(6));

  private InboxDatabase database;

  @BeforeEach
  void createDatabase() throws Exception {
    database = new InboxDatabase();
  }

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  @Test
  void whatIsOldIsForgottenAndStillCounted() throws SQLException {
    record(OLD, Duration.ofDays(8));
    record(YOUNG, Duration.ofDays(6));

    assertThat(forget(10)).isEqualTo(1);

    assertThat(database.counts()).isEqualTo(new InboxCounts(2, 0, 0));
    assertThat(recordNew(YOUNG)).isEmpty();
    assertThat(recordNew(OLD)).as("forgotten, so new").containsExactly(OLD);
  }

  @Test
  void whatIsOldButWasAppliedLatelyIsRemembered() throws SQLException {
    record(OLD, Duration.ofDays(1));

    assertThat(forget(10)).isZero();

    assertThat(recordNew(OLD)).isEmpty();
  }

  @Test
  void oneCallForgetsTheOldestAndNoMoreThanItMay() throws SQLException {
    record(OLD, Duration.ofDays(8));
    record(OLDEST, Duration.ofDays(8));

    assertThat(forget(1)).isEqualTo(1);

    assertThat(recordNew(OLD)).isEmpty();
    assertThat(forget(1)).isEqualTo(1);
    assertThat(forget(1)).isZero();
  }

  @Test
  void twoInstancesForgetDifferentMessagesAndCountThemAll() throws SQLException {
    record(OLDEST, Duration.ofDays(8));
    record(OLD, Duration.ofDays(8));
    try (Connection first = database.begin();
        Connection second = database.begin()) {
      assertThat(Inbox.forget(first, WEEK, 2)).isEqualTo(2);
      assertThat(Inbox.forget(second, WEEK, 2)).as("waits for nobody").isZero();
      first.commit();
      second.commit();
    }
    assertThat(database.counts()).isEqualTo(new InboxCounts(2, 0, 0));
  }

  @Test
  void whatIsRolledBackIsRemembered() throws SQLException {
    record(OLD, Duration.ofDays(8));
    try (Connection connection = database.begin()) {
      Inbox.forget(connection, WEEK, 10);
      connection.rollback();
    }
    assertThat(recordNew(OLD)).isEmpty();
    assertThat(database.counts()).isEqualTo(new InboxCounts(1, 1, 0));
  }

  private int forget(int most) throws SQLException {
    try (Connection connection = database.connect()) {
      return Inbox.forget(connection, WEEK, most);
    }
  }

  private Set<UUID> recordNew(UUID id) throws SQLException {
    try (Connection connection = database.begin()) {
      Set<UUID> fresh = Inbox.recordNew(connection, List.of(id));
      connection.commit();
      return fresh;
    }
  }

  private void record(UUID id, Duration ago) throws SQLException {
    recordNew(id);
    String sql =
        "UPDATE inbox.message SET applied_at = now() - ? * interval '1 second' WHERE event_id = ?";
    try (Connection connection = database.connect();
        PreparedStatement update = connection.prepareStatement(sql)) {
      update.setLong(1, ago.toSeconds());
      update.setObject(2, id);
      update.executeUpdate();
    }
  }

  /** A UUID of version 7. */
  private static UUID madeBefore(Duration age) {
    long millis = Instant.now().minus(age).toEpochMilli();
    return new UUID(millis << 16 | 0x7000, 0x8000_0000_0000_0000L);
  }
}

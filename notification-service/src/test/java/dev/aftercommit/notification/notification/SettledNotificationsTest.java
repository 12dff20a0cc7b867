package dev.aftercommit.notification.notification;

import static dev.aftercommit.notification.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.notification.config.NotificationConfig;
import dev.aftercommit.notification.notification.SettledNotifications.News;
import dev.aftercommit.stack.testing.FreshDatabase;
import dev.aftercommit.stack.testing.SharedServers;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a listener is told, and when. */
class SettledNotificationsTest {

  private static final String SETTLE =
      "UPDATE notification SET state = 'SENT', settled_at = now(), settled_by = pg_current_xact_id() WHERE id = ";

  private FreshDatabase database;
  private SettledNotifications settled;

  @BeforeEach
  void migrate() throws SQLException {
    database = SharedServers.get().freshDatabase("settled", "notification_service");
    Flyway.configure()
        .dataSource(database.dataSource())
        .locations("classpath:db/inbox", "classpath:db/migration")
        .load()
        .migrate();
    NotificationConfig config =
        new SmallRyeConfigBuilder()
            .withMapping(NotificationConfig.class)
            .withConverter(Duration.class, 200, new DurationConverter())
            .withDefaultValue("notification.stream.most", "2")
            .build()
            .getConfigMapping(NotificationConfig.class);
    settled = new SettledNotifications(database.dataSource(), config);
    execute(
        """
        INSERT INTO notification
          (event_id, employee, name, email, salary, currency, changed_at, message_id, state)
        SELECT gen_random_uuid(), 'e' || i, 'Ann', 'a@b.org', 1, 'EUR', now(), 'm' || i, 'PENDING'
        FROM generate_series(1, 5) AS i
        """);
  }

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void aMarkThatCommitsLongAfterItWasMadeIsToldOnceAllTheSame() throws Exception {
    StreamPosition position = settled.now();
    try (Connection holder = database.dataSource().getConnection();
        Statement lock = holder.createStatement()) {
      holder.setAutoCommit(false);
      lock.execute("SELECT FROM notification WHERE id = 1 FOR UPDATE");
      Thread late = Thread.ofVirtual().start(() -> settle(1));
      await().untilAsserted(() -> assertThat(waiting()).isEqualTo(1));
      // what is settled meanwhile is newer by more than any fixed look back
      await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
      settle(2);

      News meanwhile = settled.after(position);
      assertThat(ids(meanwhile)).containsExactly("2");
      holder.rollback();
      late.join();

      News then = settled.after(meanwhile.position());
      assertThat(ids(then)).containsExactly("1");
      assertThat(ids(settled.after(then.position()))).isEmpty();
    }
  }

  @Test
  void whoComesBackWithAnEventOfTheMiddleIsToldTheRestOnceInPages() throws Exception {
    StreamPosition begin = settled.now();
    for (long id = 1; id <= 5; id++) {
      settle(id);
    }

    News first = settled.after(begin);
    assertThat(ids(first)).containsExactly("1", "2");
    StreamPosition back =
        StreamPosition.parse(first.settled().getFirst().position().toString()).orElseThrow();
    News second = settled.after(back);
    assertThat(ids(second)).containsExactly("2", "3");
    News third = settled.after(second.position());
    assertThat(ids(third)).containsExactly("4", "5");
    assertThat(ids(settled.after(third.position()))).isEmpty();
  }

  @Test
  void onlyWhatThisServiceWroteIsAPosition() {
    assertThat(StreamPosition.parse("1; DROP TABLE notification")).isEmpty();
    assertThat(StreamPosition.parse(null)).isEmpty();
    assertThat(StreamPosition.parse("10:12:10,11")).isPresent();
  }

  private static List<String> ids(News news) {
    return news.settled().stream().map(one -> one.notification().id()).toList();
  }

  private void settle(long id) {
    try {
      execute(SETTLE + id);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private int waiting() throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")) {
      row.next();
      return row.getInt(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }
}

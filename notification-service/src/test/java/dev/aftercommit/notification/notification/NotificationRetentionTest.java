package dev.aftercommit.notification.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.notification.config.NotificationConfig;
import dev.aftercommit.stack.testing.FreshDatabase;
import dev.aftercommit.stack.testing.SharedServers;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is deleted after 90 days, and what never is. */
class NotificationRetentionTest {

  private FreshDatabase database;
  private NotificationRetention retention;

  @BeforeEach
  void migrate() {
    database = SharedServers.get().freshDatabase("retention", "notification_service");
    Flyway.configure()
        .dataSource(database.dataSource())
        .locations("classpath:db/inbox", "classpath:db/migration")
        .load()
        .migrate();
    retention =
        new NotificationRetention(
            new SmallRyeConfigBuilder()
                .withMapping(NotificationConfig.class)
                .withConverter(Duration.class, 200, new DurationConverter())
                .build()
                .getConfigMapping(NotificationConfig.class));
  }

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void onlyWhatIsOldAndDoneWithIsDeleted() throws SQLException {
    insert("sent long ago", "SENT", 91);
    insert("sent", "SENT", 89);
    insert("nowhere to send long ago", "WITHOUT_ADDRESS", 91);
    insert("parked long ago", "PARKED", 91);
    insert("pending for long", "PENDING", null);

    assertThat(purge(10)).isEqualTo(2);

    assertThat(employees()).containsExactly("sent", "parked long ago", "pending for long");
    assertThat(purge(10)).isZero();
  }

  @Test
  void theOldestGoFirstAndNoMoreThanAskedFor() throws SQLException {
    insert("old", "SENT", 91);
    insert("older", "SENT", 92);
    insert("oldest", "SENT", 93);

    assertThat(purge(2)).isEqualTo(2);

    assertThat(employees()).containsExactly("old");
  }

  @Test
  void whatAnotherInstanceIsDeletingIsPassedOver() throws SQLException {
    insert("older", "SENT", 92);
    insert("old", "SENT", 91);
    try (Connection other = database.dataSource().getConnection()) {
      other.setAutoCommit(false);
      assertThat(retention.purge(other, 1)).isEqualTo(1);

      assertThat(purge(10)).isEqualTo(1);
      other.rollback();
    }
    assertThat(employees()).containsExactly("older");
  }

  private int purge(int most) throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      return retention.purge(connection, most);
    }
  }

  private void insert(String employee, String state, Integer settledDaysAgo) throws SQLException {
    String sql =
        """
        INSERT INTO notification
          (event_id, employee, name, salary, currency, changed_at, message_id, state, settled_at)
        VALUES (gen_random_uuid(), ?, 'Ann', 1, 'EUR', now(), '<x>', ?, now() - ? * interval '1 day')
        """;
    try (Connection connection = database.dataSource().getConnection();
        PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setString(1, employee);
      insert.setString(2, state);
      insert.setObject(3, settledDaysAgo, java.sql.Types.INTEGER);
      insert.executeUpdate();
    }
  }

  private List<String> employees() throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT employee FROM notification ORDER BY id")) {
      List<String> employees = new ArrayList<>();
      while (row.next()) {
        employees.add(row.getString(1));
      }
      return employees;
    }
  }
}

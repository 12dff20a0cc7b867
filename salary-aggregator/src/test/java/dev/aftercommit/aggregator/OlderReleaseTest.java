package dev.aftercommit.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An older release starts after a newer one has migrated. */
@QuarkusTest
@AggregatorTest
class OlderReleaseTest {

  @Inject Flyway flyway;
  @Inject DataSource dataSource;

  @AfterEach
  void forgetTheNewerRelease() throws SQLException {
    execute("DELETE FROM flyway_schema_history WHERE version = '99999'");
  }

  /** What Quarkus does at the start, with the settings of this service. */
  @Test
  void aMigrationOfANewerReleaseDoesNotKeepThisOneFromStarting() throws SQLException {
    execute(
        "INSERT INTO flyway_schema_history VALUES (99999, '99999', 'of a newer release', 'SQL',"
            + " 'V99999__newer.sql', 1, 'somebody', now(), 1, true)");

    MigrateResult start = flyway.migrate();

    assertThat(start.success).isTrue();
    assertThat(start.migrationsExecuted).isZero();
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}

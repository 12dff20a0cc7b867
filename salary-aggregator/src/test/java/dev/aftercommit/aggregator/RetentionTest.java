package dev.aftercommit.aggregator;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.aftercommit.consumer.RawMessage;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** The inbox does not grow for ever. */
@QuarkusTest
@AggregatorTest
class RetentionTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  /** An id that was made in the year 2000. */
  private static final String OLD_ID = "00dc6acf-ac00-7000-8000-000000000001";

  @Inject DataSource dataSource;
  @Inject Flyway flyway;

  @Test
  void aMessageThatComesAgainAfterItWasForgottenChangesNoAverage() throws SQLException {
    RawMessage hired = Events.message(OLD_ID, Events.employee("old", "50", "100.00", 0));
    long applied = applied();
    long ignored = count("SELECT ignored FROM inbox.duplicates");
    try (Broker broker = Broker.connect()) {
      broker.publish(hired);
      broker.publish(Events.employee("old", "50", "300.00", 1));
      awaitTotal(300.00f);
      execute(
          "UPDATE inbox.message SET applied_at = '2000-01-01' WHERE event_id = '" + OLD_ID + "'");
      await().atMost(SOON).until(() -> count("SELECT messages FROM inbox.forgotten") == 1);
      assertThat(applied()).isEqualTo(applied + 2);

      broker.publish(hired);
      await().atMost(SOON).until(() -> applied() == applied + 3);
    }

    awaitTotal(300.00f);
    assertThat(count("SELECT ignored FROM inbox.duplicates")).isEqualTo(ignored);
    assertThat(given().get("/q/metrics").asString())
        .contains("consumer_rows_purged_total{what=\"inbox\"} 1.0");
  }

  @Test
  void theDatabaseOfAnEarlierReleaseGetsWhatTheInboxHasAddedSince() throws SQLException {
    execute("DROP TABLE inbox.forgotten");
    execute("DELETE FROM flyway_schema_history WHERE version = '002'");

    flyway.migrate();

    assertThat(count("SELECT messages FROM inbox.forgotten")).isZero();
  }

  private static long applied() {
    return given().get("/consumption").jsonPath().getLong("applied");
  }

  private static void awaitTotal(float total) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                given()
                    .get("/departments/50/average-salary")
                    .then()
                    .statusCode(200)
                    .body("total", equalTo(total)));
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private long count(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}

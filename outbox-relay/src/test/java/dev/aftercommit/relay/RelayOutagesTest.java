package dev.aftercommit.relay;

import static dev.aftercommit.relay.RelayClient.SOON;
import static dev.aftercommit.relay.RelayClient.administer;
import static dev.aftercommit.relay.RelayClient.awaitDrained;
import static dev.aftercommit.relay.RelayClient.awaitReady;
import static dev.aftercommit.relay.RelayClient.metric;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;

import dev.aftercommit.outbox.OutboxEvent;
import dev.aftercommit.stack.testing.SharedServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a relay does when its database fails in one of the ways that databases fail in. */
@QuarkusTest
@TestProfile(RelayOutagesTest.OwnDatabase.class)
@QuarkusTestResource(OutboxSchemaResource.class)
class RelayOutagesTest {

  /** Leaves other tests a sequence and epochs that nobody has touched. */
  public static class OwnDatabase implements QuarkusTestProfile {}

  @ConfigProperty(name = "test.service.url")
  String serviceUrl;

  @ConfigProperty(name = "quarkus.datasource.jdbc.max-size")
  int poolSize;

  @Inject DataSource dataSource;

  private RelayClient client;

  @BeforeEach
  void connect() throws Exception {
    awaitReady();
    client = new RelayClient(serviceUrl);
  }

  @AfterEach
  void disconnect() throws Exception {
    client.close();
  }

  @Test
  void sessionsEndedMoreOftenThanThePoolIsLargeLeaveARelayThatDelivers() throws Exception {
    for (int round = 0; round < 3 * poolSize; round++) {
      await()
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(20))
          .until(
              () ->
                  administer(
                          "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                              + " WHERE usename = 'outbox_relay' AND application_name = 'outbox-relay'")
                      > 0);
    }

    OutboxEvent event = client.commit("employee/1", "employee.hired");

    assertThat(client.receive(List.of(event.id().toString()))).contains(event.id().toString());
    awaitReady();
  }

  @Test
  void aDatabaseThatTakesNoChangesIsToldOnceAndCostsFewSessions() throws Exception {
    List<String> warnings = new CopyOnWriteArrayList<>();
    Handler handler = warningsTo(warnings);
    Logger log = Logger.getLogger(RelayLoop.class.getName());
    log.addHandler(handler);
    double before = metric("outbox_sessions_total");
    long begun = System.nanoTime();
    OutboxEvent event;
    double sessions;
    double seconds;
    try {
      setReadOnly(true);
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  given()
                      .get("/q/health/ready")
                      .then()
                      .statusCode(503)
                      .body(containsString("read-only")));
      await().pollDelay(Duration.ofSeconds(6)).atMost(SOON).until(() -> true);
      sessions = metric("outbox_sessions_total") - before;
      seconds = (System.nanoTime() - begun) / 1e9;
    } finally {
      setReadOnly(false);
      log.removeHandler(handler);
    }
    event = client.commit("employee/1", "employee.hired");

    client.receive(List.of(event.id().toString()));
    awaitReady();
    // The pauses are at least 0.1, 0.2, 0.4, 0.8 and then 1 s long.
    assertThat(sessions).isLessThanOrEqualTo(5 + seconds);
    assertThat(warnings.stream().filter(line -> line.startsWith("relaying"))).hasSize(1);
  }

  @Test
  void aFrozenDatabaseCostsTheRelaySecondsAndTheScrapeNothing() throws Exception {
    given().get("/q/metrics");
    await().atMost(SOON).until(() -> metric("outbox_backlog_events") == 0);
    List<ProcessHandle> frozen = new ArrayList<>();
    ProcessHandle.of(SharedServers.get().postgres().processId().orElseThrow())
        .ifPresent(
            server -> {
              frozen.add(server);
              server.descendants().forEach(frozen::add);
            });
    OutboxEvent event;
    try {
      signal("STOP", frozen);
      await().atMost(SOON).until(() -> Double.isNaN(metric("outbox_backlog_events")));
      assertThat(given().get("/q/health/ready").statusCode()).isEqualTo(503);
      await().atMost(SOON).until(() -> RelayClient.outage("bell") != null);
      assertThat(given().get("/q/health/live").statusCode()).isEqualTo(200);
    } finally {
      signal("CONT", frozen);
    }
    event = client.commit("employee/1", "employee.hired");

    client.receive(List.of(event.id().toString()));
    awaitReady();
  }

  @Test
  void aSequenceThatIsSetBackUnderARunningRelayIsToldAndNoEventIsPassedOver() throws Exception {
    commit(100);
    awaitDrained();
    double rewound = metric("outbox_rewound_total");

    client.execute("SELECT setval('outbox.event_position', 1)");
    List<String> after = commit(300); // beyond the newest position that the relay knows

    assertThat(client.receive(after)).containsAll(after);
    awaitDrained();
    assertThat(metric("outbox_rewound_total")).isGreaterThan(rewound);
  }

  @Test
  void cursorsAheadOfTheDatabaseAreSetBackInsteadOfPassingEventsOver() throws Exception {
    awaitDrained();
    double rewound = metric("outbox_rewound_total");
    client.execute(
        "UPDATE outbox.shard SET delivered = '9000000000:9000000000:', horizon = '9000000000',"
            + " ceiling = 9000000000, epoch = epoch + 1");

    List<String> after = commit(50);

    assertThat(client.receive(after)).containsAll(after);
    assertThat(metric("outbox_rewound_total")).isGreaterThan(rewound);
  }

  @Test
  void everyConnectionToTheDatabaseHasItsTimeLimits() throws Exception {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW statement_timeout")) {
      row.next();
      assertThat(row.getString(1)).isEqualTo("10s");
      // A server that is silent is given up later than one that ends the statement itself.
      assertThat(connection.getNetworkTimeout()).isEqualTo(12_000);
    }
  }

  private List<String> commit(int events) throws SQLException {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      ids.add(client.commit("employee/" + i % 7, "employee.hired").id().toString());
    }
    return ids;
  }

  private void setReadOnly(boolean readOnly) throws SQLException {
    administer(
        "ALTER DATABASE \"%s\" SET default_transaction_read_only = %s"
            .formatted(client.database(), readOnly));
    administer(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '%s'"
            .formatted(client.database()));
  }

  private static void signal(String signal, List<ProcessHandle> processes)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
    processes.forEach(process -> command.add(Long.toString(process.pid())));
    new ProcessBuilder(command).start().waitFor();
  }

  private static Handler warningsTo(List<String> lines) {
    return new Handler() {
      @Override
      public void publish(LogRecord line) {
        if (line.getLevel().intValue() >= Level.WARNING.intValue()) {
          lines.add(
              line.getParameters() == null
                  ? line.getMessage()
                  : line.getMessage().formatted(line.getParameters()));
        }
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }
}

package dev.aftercommit.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.aftercommit.stack.rest.RestClient;
import dev.aftercommit.stack.services.ServiceProcess;
import dev.aftercommit.stack.services.Stack;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The service dies between the commit of a command and its answer; the client asks again. */
class RepeatedCommandTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String name = "Repeated " + UUID.randomUUID();
  private final Stack stack = SharedStack.get();
  private final ServiceProcess service = stack.employeeService();
  private final RestClient rest = new RestClient(Duration.ofSeconds(30));
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @AfterEach
  void mend() throws SQLException {
    commitsWaitForAStandby(false);
    service.startAndAwaitReady();
    rest.close();
    http.close();
  }

  /**
   * The moment is not left to luck: PostgreSQL waits for a standby that does not exist, after it
   * has made the commit durable and before it tells the client. So the service cannot have answered
   * when it is killed, and yet the command is committed.
   */
  @Test
  void aServiceKilledAfterTheCommitAndBeforeTheAnswerGivesTheFirstAnswerToTheRetry()
      throws Exception {
    String department = department();
    String key = "\"" + UUID.randomUUID() + "\"";
    commitsWaitForAStandby(true);
    CompletableFuture<HttpResponse<String>> unanswered = hire(department, key);
    await().atMost(PATIENCE).until(() -> waitingForTheStandby() == 1);
    assertThat(unanswered).isNotDone();

    service.kill();

    assertThat(unanswered.handle((answer, lost) -> lost != null).join())
        .as("no answer came")
        .isTrue();
    commitsWaitForAStandby(false);
    await().atMost(PATIENCE).until(() -> waitingForTheStandby() == 0);
    assertThat(employees()).as("committed before the service died").isEqualTo(1);
    service.startAndAwaitReady();

    HttpResponse<String> first = hire(department, key).join();
    HttpResponse<String> again = hire(department, key).join();

    assertThat(first.statusCode()).isEqualTo(201);
    assertThat(first.headers().firstValue("Idempotency-Replayed")).contains("true");
    assertThat(first.headers().firstValue("Location")).isPresent();
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(employees()).isEqualTo(1);
    String id = JsonMapper.builder().build().readTree(first.body()).path("id").asText();
    assertThat(number("SELECT count(*) FROM outbox.event WHERE key = 'employee/%s'".formatted(id)))
        .isEqualTo(1);
    JsonNode shown = rest.read(service.url().resolve("/employees/" + id));
    assertThat(shown.path("salary").decimalValue()).isEqualByComparingTo("1000");
  }

  private String department() throws Exception {
    return rest.post(service.url().resolve("/departments"), Map.of("name", name, "budget", 100_000))
        .body()
        .path("id")
        .asText();
  }

  private CompletableFuture<HttpResponse<String>> hire(String department, String key) {
    URI employees = service.url().resolve("/employees");
    return http.sendAsync(
        HttpRequest.newBuilder(employees)
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(
                BodyPublishers.ofString(
                    "{\"name\":\"Ann\",\"department\":\"%s\",\"salary\":1000}"
                        .formatted(department)))
            .build(),
        BodyHandlers.ofString());
  }

  private long employees() throws SQLException {
    return number(
        """
        SELECT count(*) FROM employee WHERE department_id =
          (SELECT id FROM department WHERE name = '%s')
        """
            .formatted(name));
  }

  private void commitsWaitForAStandby(boolean wait) throws SQLException {
    try (Connection connection = stack.servers().postgres().connectAsSuperuser("employee");
        Statement statement = connection.createStatement()) {
      statement.execute(
          wait
              ? "ALTER SYSTEM SET synchronous_standby_names = 'nobody'"
              : "ALTER SYSTEM RESET synchronous_standby_names");
      statement.execute("SELECT pg_reload_conf()");
    }
    await().until(() -> setting().equals(wait ? "nobody" : ""));
  }

  private String setting() throws SQLException {
    try (Connection connection = stack.servers().postgres().connectAsSuperuser("employee");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW synchronous_standby_names")) {
      row.next();
      return row.getString(1);
    }
  }

  private long waitingForTheStandby() throws SQLException {
    return number(
        """
        SELECT count(*) FROM pg_stat_activity
        WHERE application_name = 'employee-service' AND wait_event = 'SyncRep'
        """);
  }

  private long number(String sql) throws SQLException {
    try (Connection connection = stack.servers().postgres().connectAsSuperuser("employee");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}

package dev.aftercommit.employee.transactions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aftercommit.employee.testing.Api;
import dev.aftercommit.employee.testing.Api.Answer;
import dev.aftercommit.employee.testing.Database;
import dev.aftercommit.employee.testing.ShortLimits;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A connection that is lost during the commit leaves the outcome open, and the client is told so.
 */
@QuarkusTest
@TestProfile(ShortLimits.class)
class LostCommitTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final List<String> TABLES =
      List.of("employee", "department", "payroll_run", "project");
  private static final long GATE = 4711;

  @Inject Api api;
  @Inject Database database;

  private String path;
  private String department;

  @BeforeEach
  void anEmployee() {
    department = api.department("1000000");
    path = "/employees/" + api.employee(department, "1000");
  }

  @AfterEach
  void commitsSucceed() {
    TABLES.forEach(
        table -> database.update("DROP TRIGGER IF EXISTS at_commit ON %s".formatted(table)));
  }

  @Test
  void theSameKeyThenGivesTheOneEffectOfEveryKindOfCommand() {
    // in this order: nothing of a frozen employee can be changed
    Map<String, String> commands = new LinkedHashMap<>();
    commands.put(path + "/raise", "{\"amount\":1}");
    commands.put(path + "/freeze", "");
    commands.put(
        "/employees", "{\"name\":\"B\",\"department\":\"%s\",\"salary\":1}".formatted(department));
    commands.put("/departments", "{\"name\":\"%s\",\"budget\":1}".formatted(Api.unique("Lost")));
    commands.put("/projects", "{\"name\":\"P\"}");
    commands.put("/payroll-runs", "");
    commands.forEach(
        (uri, body) -> {
          String key = "\"%s\"".formatted(Api.unique("lost"));
          atCommit("PERFORM pg_terminate_backend(pg_backend_pid())");
          assertThatOutcomeIsOpen(api.post(uri, body));
          assertThatOutcomeIsOpen(api.post(uri, body, "Idempotency-Key", key));
          commitsSucceed();

          assertThat(api.post(uri, body, "Idempotency-Key", key).status())
              .as(uri)
              .isIn(200, 201, 202);
          assertThat(api.post(uri, body, "Idempotency-Key", key).header("Idempotency-Replayed"))
              .as(uri)
              .isEqualTo("true");
        });
  }

  @Test
  void anImportThatLosesItsCommitIsToBeSentAgain() {
    String row =
        "{\"key\":\"%s\",\"employee\":\"Ann\",\"department\":\"Lost\",\"salary\":\"1\"}\n"
            .formatted(Api.unique("key"));
    atCommit("PERFORM pg_terminate_backend(pg_backend_pid())");

    assertThatOutcomeIsOpen(api.importRows(row));

    commitsSucceed();
    assertThat(api.importRows(row).body().get("created").intValue()).isEqualTo(1);
  }

  @Test
  void aCommitThatSucceedsUnseenIsFoundByItsKey() throws Exception {
    String[] key = {"Idempotency-Key", "\"%s\"".formatted(Api.unique("unseen"))};
    atCommit("PERFORM pg_advisory_xact_lock(%d)".formatted(GATE));
    try (Connection gate = database.open();
        Statement statement = gate.createStatement()) {
      statement.execute("SELECT pg_advisory_lock(%d)".formatted(GATE));
      CompletableFuture<Answer> raise = api.postLater(path + "/raise", "{\"amount\":1}", key);

      assertThatOutcomeIsOpen(raise.join()); // its commit still waits at the gate
    }
    await()
        .atMost(PATIENCE)
        .until(() -> api.post(path + "/raise", "{\"amount\":1}", key).status() == 200);

    assertThat(api.post(path + "/raise", "{\"amount\":1}", key).header("Idempotency-Replayed"))
        .isEqualTo("true");
    assertThat(api.get(path).body().get("salary").intValue()).isEqualTo(1001);
  }

  /** A trigger that the server runs as part of COMMIT. */
  private void atCommit(String action) {
    database.update(
        """
        CREATE OR REPLACE FUNCTION at_commit() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN %s; RETURN NULL; END $$
        """
            .formatted(action));
    TABLES.forEach(
        table ->
            database.update(
                """
                CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT OR UPDATE ON %s
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION at_commit()
                """
                    .formatted(table)));
  }

  private static void assertThatOutcomeIsOpen(Answer answer) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(503);
    assertThat(answer.problem()).isEqualTo("urn:aftercommit:problem:database-unavailable");
    assertThat(answer.header("Retry-After")).isEqualTo("1");
    assertThat(answer.body().get("detail").asText()).contains("same Idempotency-Key");
  }
}

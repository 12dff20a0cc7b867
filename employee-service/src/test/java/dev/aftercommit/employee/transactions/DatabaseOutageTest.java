package dev.aftercommit.employee.transactions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aftercommit.employee.testing.Api;
import dev.aftercommit.employee.testing.Api.Answer;
import dev.aftercommit.employee.testing.Database;
import dev.aftercommit.employee.testing.LogLines;
import dev.aftercommit.employee.testing.ShortLimits;
import dev.aftercommit.stack.servers.PostgresServer;
import dev.aftercommit.stack.testing.SharedServers;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A database that is frozen, stopped, read-only or restarted costs seconds and nothing else. */
@QuarkusTest
@TestProfile(ShortLimits.class)
class DatabaseOutageTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int REQUESTS = 100;
  private static final String UNAVAILABLE = "urn:aftercommit:problem:database-unavailable";

  @Inject Api api;
  @Inject Database database;

  private final PostgresServer postgres = SharedServers.get().postgres();
  private String path;

  @BeforeEach
  void anEmployee() {
    path = "/employees/" + api.employee(api.department("1000000"), "1000");
  }

  @AfterEach
  void theDatabaseWorks() {
    awaitReadiness(200);
  }

  @Test
  void aFrozenDatabaseIsA503WhileItIsFrozenAndTheSameCommandsThenHaveOneEffectEach() {
    postgres.pause();
    try {
      List<CompletableFuture<Answer>> commands =
          IntStream.range(0, 40).mapToObj(this::raise).toList();

      assertThat(join(commands)).allSatisfy(DatabaseOutageTest::isUnavailable);
      awaitReadiness(503);
    } finally {
      postgres.resume();
    }
    awaitReadiness(200);

    for (int i = 0; i < 40; i++) {
      int command = i;
      await().atMost(PATIENCE).until(() -> raise(command).join().status() == 200);
    }
    assertThat(api.get(path).body().get("salary").intValue()).isEqualTo(1040);
  }

  @Test
  void aReadOnlyDatabaseIsA503AndOneLineAndEndsByItself() {
    String name = database.text("SELECT current_database()");
    database.update("ALTER DATABASE \"%s\" SET default_transaction_read_only = on".formatted(name));
    endSessions();
    try (LogLines log = new LogLines()) {
      assertThat(IntStream.range(0, REQUESTS).mapToObj(i -> raise(i).join()))
          .allSatisfy(DatabaseOutageTest::isUnavailable);
      awaitReadiness(503);

      assertThat(api.get("/q/health/ready").response().body()).contains("read-only");
      assertThat(log.lines()).hasSizeLessThan(5);
      assertThat(log.stackTraces()).isEmpty();
    } finally {
      database.updateReadOnly(
          "ALTER DATABASE \"%s\" RESET default_transaction_read_only".formatted(name));
    }
    awaitReadiness(200);

    assertThat(raise(0).join().status()).isEqualTo(200);
  }

  @Test
  void aStoppedDatabaseIsA503AndOneLineAndTheFirstRequestAfterItsStartWorks() {
    postgres.stop();
    try (LogLines log = new LogLines()) {
      assertThat(join(IntStream.range(0, REQUESTS).mapToObj(this::raise).toList()))
          .allSatisfy(DatabaseOutageTest::isUnavailable);
      awaitReadiness(503);

      assertThat(log.lines()).hasSizeLessThan(8);
      assertThat(log.stackTraces()).isEmpty();
    } finally {
      postgres.start();
    }

    assertThat(raise(0).join().status()).isEqualTo(200);
  }

  @Test
  void sessionsThatEndedWhileIdleCostNoRequest() {
    fillPool();
    endSessions();
    await().pollDelay(Duration.ofMillis(300)).until(() -> true); // longer than unchecked idle time

    assertThat(IntStream.range(0, 40).mapToObj(i -> raise(i).join().status())).containsOnly(200);
  }

  @Test
  void sessionsThatEndedJustNowCostOneRequest() {
    fillPool();
    endSessions();

    int first = 0;
    while (first < 40 && raise(first).join().status() == 200) {
      first++;
    }
    awaitReadiness(200);

    assertThat(IntStream.range(first, first + 40).mapToObj(i -> raise(i).join().status()))
        .as("all behind the first that failed")
        .containsOnly(200);
  }

  private void fillPool() {
    assertThat(join(IntStream.range(100, 120).mapToObj(this::raise).toList()))
        .allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
  }

  private void endSessions() {
    database.number(
        """
        SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
          AND application_name = 'employee-service'
        """);
  }

  private CompletableFuture<Answer> raise(int command) {
    return api.postLater(
        path + "/raise", "{\"amount\":1}", "Idempotency-Key", "\"%s %d\"".formatted(path, command));
  }

  private static List<Answer> join(List<CompletableFuture<Answer>> answers) {
    return answers.stream()
        .map(answer -> answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join())
        .toList();
  }

  private void awaitReadiness(int status) {
    await().atMost(PATIENCE).until(() -> api.get("/q/health/ready").status() == status);
  }

  private static void isUnavailable(Answer answer) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(503);
    assertThat(answer.problem()).isEqualTo(UNAVAILABLE);
    assertThat(answer.header("Retry-After")).isEqualTo("1");
  }
}

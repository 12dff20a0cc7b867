package dev.aftercommit.employee.reset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aftercommit.employee.ids.PublicIds;
import dev.aftercommit.employee.testing.Api;
import dev.aftercommit.employee.testing.Api.Answer;
import dev.aftercommit.employee.testing.Database;
import dev.aftercommit.resilience.Outages;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The daily reset as an operator sees it; all tests share one database and its days. */
@QuarkusTest
class DailyResetTest {

  private static final String RESET = "/operations/daily-reset";
  private static final String FIVE_PAST_MIDNIGHT = "0 5 0 * * ?";
  private static final Duration PATIENCE = Duration.ofSeconds(25);

  @Inject PublicIds ids;
  @Inject Api api;
  @Inject Database database;
  @Inject DataSource dataSource;
  @Inject DailyResetConfig config;
  @Inject Event<ChunkClosed> chunks;
  @Inject BesideAClosing beside;
  @Inject Outages outages;
  @Inject dev.aftercommit.resilience.Database health;
  @Inject MeterRegistry meters;

  /** Does something once, in the middle of a closing. */
  @Singleton
  static class BesideAClosing {

    private final AtomicReference<Runnable> task = new AtomicReference<>(() -> {});

    void closed(@Observes ChunkClosed chunk) {
      task.getAndSet(() -> {}).run();
    }
  }

  @Test
  void aDayIsClosedByHandOnceAndTheNightFindsNothingLeft() throws Exception {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    Answer yesterday = api.post(RESET, "");
    assertThat(yesterday.status()).as("counting began today").isEqualTo(200);
    assertThat(yesterday.body().get("day").asText()).isEqualTo(today.minusDays(1).toString());
    String id = api.employee(api.department("100000"), "1000");
    api.post("/employees/" + id + "/raise", "{\"amount\":100}");

    Answer accepted = api.post(RESET + "?day=" + today, "");
    assertThat(accepted.status()).isEqualTo(202);
    assertThat(accepted.header("Location")).endsWith(RESET);
    JsonNode finished = awaitFinished();

    assertThat(finished.get("day").asText()).isEqualTo(today.toString());
    assertThat(finished.get("percent").asDouble()).isEqualTo(100);
    assertThat(finished.get("passed").asLong()).isEqualTo(finished.get("total").asLong());
    api.post("/employees/" + id + "/raise", "{\"amount\":7}");
    Answer again = api.post(RESET + "?day=" + today, "");
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.body()).isEqualTo(finished);
    JsonNode activity = api.get("/employees/" + id + "/activity").body();
    assertThat(activity.get("totalChange").decimalValue()).isEqualByComparingTo("107");
    assertThat(activity.get("dailyChange").decimalValue()).isEqualByComparingTo("7");
    assertThat(
            database.decimal(
                "SELECT change FROM activity_history WHERE employee_id = ? AND day = ?",
                ids.employee(id),
                today))
        .isEqualByComparingTo("100");

    aMissedNightIsCaughtUp(id);
    aDayAskedForWhileAnotherIsClosedFollows();
    aNightThatCannotBeClosedIsTold(id);
    aDayClosedAheadIsToldAndMendedAsTheReadmeSays();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"monday", "2026-02-30", "2999-01-01", "999999999-01-01", "-1-01-01", "0000-01-01"})
  void aDayThatIsNoneOrInTheFutureIsRefused(String day) {
    Answer refused = api.post(RESET + "?day=" + day, "");

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.problem()).isEqualTo("urn:aftercommit:problem:validation-failed");
  }

  @Test
  void theDayAfterTheDatabasesOwnIsRefused() {
    LocalDate tomorrow = LocalDate.now(ZoneOffset.UTC).plusDays(1);

    assertThat(api.post(RESET + "?day=" + tomorrow, "").status()).isEqualTo(400);
    assertThat(api.get(RESET).body().get("day").asText()).isNotEqualTo(tomorrow.toString());
  }

  /** As if the service had been away for some days. */
  private void aMissedNightIsCaughtUp(String employee) throws Exception {
    lastClosedIsEarlierBy(4);
    LocalDate first = latestDay().plusDays(1);
    DailyReset started = reset(new Nightly(config, Duration.ofMinutes(15)));
    LocalDate due =
        new BusinessDays(config.zone(), FIVE_PAST_MIDNIGHT).lastDue(Instant.now()).get();

    started.closeWhatIsDue();

    await()
        .atMost(PATIENCE)
        .until(() -> started.progress().finished() && started.progress().day().equals(due));
    assertThat(started.progress().firstDay()).isEqualTo(first).isBefore(due);
    assertThat(
            database.decimal(
                "SELECT change FROM activity_history WHERE employee_id = ? AND day = ?",
                ids.employee(employee),
                first))
        .isEqualByComparingTo("7");
    started.stop();
  }

  private void aDayAskedForWhileAnotherIsClosedFollows() throws Exception {
    lastClosedIsEarlierBy(3);
    LocalDate day = latestDay().plusDays(1);
    LocalDate next = day.plusDays(1);
    DailyReset resets = reset(config);
    CompletableFuture<ClosingProgress> accepted = new CompletableFuture<>();
    beside.task.set(
        () -> {
          try {
            accepted.complete(resets.close(next));
          } catch (SQLException e) {
            accepted.completeExceptionally(e);
          }
        });

    resets.close(day);

    assertThat(accepted.get(25, TimeUnit.SECONDS).day()).isEqualTo(day);
    await()
        .atMost(PATIENCE)
        .until(() -> resets.progress().finished() && resets.progress().day().equals(next));
    resets.stop();
  }

  /** Somebody who keeps a row of the tally locked, until an operator is told of it. */
  private void aNightThatCannotBeClosedIsTold(String employee) throws Exception {
    api.post("/employees/" + employee + "/raise", "{\"amount\":9}");
    lastClosedIsEarlierBy(3);
    DailyReset resets = reset(new Nightly(config, Duration.ZERO));
    try (Connection slow = dataSource.getConnection();
        Statement lock = slow.createStatement()) {
      slow.setAutoCommit(false);
      lock.execute("SELECT FROM employee_activity FOR UPDATE");

      resets.closeWhatIsDue();
      await().atMost(PATIENCE).until(() -> told("daily-reset").contains("has not got past"));
      database.update("UPDATE daily_reset SET lease_until = now() WHERE finished_at IS NULL");
      resets.closeWhatIsDue();
      assertThat(told("daily-reset-overdue")).contains("is not closed");
      slow.rollback();
    }
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              database.update(
                  "UPDATE daily_reset SET lease_until = now() WHERE finished_at IS NULL");
              resets.closeWhatIsDue();
              return told("daily-reset").isEmpty() && told("daily-reset-overdue").isEmpty();
            });
    resets.stop();
  }

  /** Days that an older version closed before they had been. */
  private void aDayClosedAheadIsToldAndMendedAsTheReadmeSays() throws Exception {
    database.update(
        "UPDATE daily_reset SET day = day + 200 WHERE day = (SELECT max(day) FROM daily_reset)");
    database.update(
        "INSERT INTO daily_reset (day, first_day, finished_at)"
            + " SELECT max(day) + 1, max(day) + 1, now() FROM daily_reset");
    database.update(
        "CREATE TABLE ahead PARTITION OF activity_history FOR VALUES FROM ('2999-01-01') TO ('2999-01-02')");
    database.update("INSERT INTO activity_history VALUES ('2999-01-01', 1, 5, 1)");
    DailyReset resets = reset(new Nightly(config, Duration.ofMinutes(15)));

    resets.closeWhatIsDue();
    assertThat(told("daily-reset-ahead")).contains("is closed although the database says");

    database.update("DELETE FROM daily_reset WHERE first_day > (now() AT TIME ZONE 'UTC')::date");
    database.update(
        "UPDATE daily_reset SET day = first_day WHERE day > (now() AT TIME ZONE 'UTC')::date");
    database.update(
        "UPDATE activity_history SET day = (SELECT max(day) FROM daily_reset)"
            + " WHERE day > (now() AT TIME ZONE 'UTC')::date");
    assertThat(database.number("SELECT count(*) FROM activity_history WHERE employee_id = 1"))
        .isEqualTo(1);
    assertThat(database.number("SELECT count(*) FROM ahead")).isZero();
    resets.closeWhatIsDue();
    assertThat(told("daily-reset-ahead")).isEmpty();
    resets.stop();
  }

  private String told(String outage) {
    JsonNode checks = api.get("/q/health/ready").body().get("checks");
    for (JsonNode check : checks) {
      if (check.get("name").asText().equals("outages")) {
        return check.path("data").path(outage).asText();
      }
    }
    throw new AssertionError("no check of outages in " + checks);
  }

  private void lastClosedIsEarlierBy(int days) {
    database.update("DELETE FROM daily_reset WHERE day < (SELECT max(day) FROM daily_reset)");
    database.update("UPDATE daily_reset SET day = day - ?, first_day = day - ?", days, days);
  }

  private LocalDate latestDay() {
    return LocalDate.parse(api.get(RESET).body().get("day").asText());
  }

  private DailyReset reset(DailyResetConfig settings) {
    return new DailyReset(dataSource, settings, chunks, outages, health, meters);
  }

  private JsonNode awaitFinished() {
    await()
        .atMost(PATIENCE)
        .until(() -> api.get(RESET).body().get("state").asText().equals("FINISHED"));
    return api.get(RESET).body();
  }
}

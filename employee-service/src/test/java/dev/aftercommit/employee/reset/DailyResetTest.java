package dev.aftercommit.employee.reset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aftercommit.employee.ids.PublicIds;
import dev.aftercommit.employee.testing.Api;
import dev.aftercommit.employee.testing.Api.Answer;
import dev.aftercommit.employee.testing.Database;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** The daily reset as an operator sees it; all tests share one database and its days. */
@QuarkusTest
class DailyResetTest {

  private static final String RESET = "/operations/daily-reset";

  @Inject PublicIds ids;
  @Inject Api api;
  @Inject Database database;
  @Inject DataSource dataSource;
  @Inject DailyResetConfig config;
  @Inject Event<ChunkClosed> chunks;
  @Inject BesideAClosing beside;

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

    aMissedNightIsCaughtUp(id, today.plusDays(3));
    aDayAskedForWhileAnotherIsClosedFollows(today.plusDays(4));
  }

  @Test
  void aDayThatIsNoneOrInTheFutureIsRefused() {
    LocalDate tomorrow = LocalDate.now(ZoneOffset.UTC).plusDays(1);

    assertThat(api.post(RESET + "?day=" + tomorrow, "").status()).isEqualTo(400);
    assertThat(api.post(RESET + "?day=monday", "").problem())
        .isEqualTo("urn:aftercommit:problem:validation-failed");
  }

  /** An instance that starts when that day and some before it are over. */
  private void aMissedNightIsCaughtUp(String employee, LocalDate day) throws Exception {
    Clock later =
        Clock.fixed(day.plusDays(1).atTime(9, 0).toInstant(ZoneOffset.UTC), ZoneOffset.UTC);
    DailyReset started = new DailyReset(dataSource, new Nightly(config), later, chunks);

    started.closeWhatIsDue();

    await()
        .atMost(Duration.ofSeconds(25))
        .until(() -> started.progress().finished() && started.progress().day().equals(day));
    assertThat(started.progress().firstDay()).isEqualTo(day.minusDays(2));
    assertThat(
            database.decimal(
                "SELECT change FROM activity_history WHERE employee_id = ? AND day = ?",
                ids.employee(employee),
                day.minusDays(2)))
        .isEqualByComparingTo("7");
    started.stop();
  }

  private void aDayAskedForWhileAnotherIsClosedFollows(LocalDate day) throws Exception {
    LocalDate next = day.plusDays(1);
    DailyReset resets = new DailyReset(dataSource, config, Clock.systemUTC(), chunks);
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
        .atMost(Duration.ofSeconds(25))
        .until(() -> resets.progress().finished() && resets.progress().day().equals(next));
    resets.stop();
  }

  private JsonNode awaitFinished() {
    await()
        .atMost(Duration.ofSeconds(25))
        .until(() -> api.get(RESET).body().get("state").asText().equals("FINISHED"));
    return api.get(RESET).body();
  }

  /** The settings of the tests, with the nightly closing of production. */
  private record Nightly(DailyResetConfig tests) implements DailyResetConfig {

    @Override
    public String cron() {
      return "0 5 0 * * ?";
    }

    @Override
    public ZoneId zone() {
      return tests.zone();
    }

    @Override
    public String checkInterval() {
      return tests.checkInterval();
    }

    @Override
    public int maxChunk() {
      return tests.maxChunk();
    }

    @Override
    public Duration targetTime() {
      return tests.targetTime();
    }

    @Override
    public Duration maxTime() {
      return tests.maxTime();
    }

    @Override
    public Duration lease() {
      return tests.lease();
    }

    @Override
    public Duration stallLimit() {
      return tests.stallLimit();
    }
  }
}

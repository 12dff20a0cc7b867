package dev.aftercommit.employee.reset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aftercommit.employee.testing.Api;
import dev.aftercommit.employee.testing.Database;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** An instance whose clock is months ahead; the database's is right. */
@QuarkusTest
@TestProfile(ClockAheadTest.Ahead.class)
class ClockAheadTest {

  private static final String RESET = "/operations/daily-reset";
  private static final int DAYS_AHEAD = 150;
  private static final Duration PATIENCE = Duration.ofSeconds(25);

  @Inject Api api;
  @Inject Database database;
  @Inject Clock clock;

  /** Closes days as in production, and looks often. */
  public static final class Ahead implements QuarkusTestProfile {

    @Override
    public Set<Class<?>> getEnabledAlternatives() {
      return Set.of(ClockOfTheInstance.class);
    }

    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "aftercommit.daily-reset.cron", "0 5 0 * * ?",
          "aftercommit.daily-reset.check-interval", "100ms");
    }
  }

  @Alternative
  @Singleton
  static final class ClockOfTheInstance {

    @Produces
    @Singleton
    @Alternative
    Clock clock() {
      return Clock.offset(Clock.systemUTC(), Duration.ofDays(DAYS_AHEAD));
    }
  }

  @Test
  void anInstanceWhoseClockIsAheadClosesThePastAndNoDayOfTheFuture() {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    assertThat(LocalDate.now(clock)).isEqualTo(today.plusDays(DAYS_AHEAD));
    aNightWasMissed();

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(LocalDate.parse(api.get(RESET).body().get("day").asText()))
                    .isAfterOrEqualTo(today.minusDays(2)));
    aNightWasMissed(); // one more look, at the least, has come since
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(api.get(RESET).body().get("state").asText() + missed())
                    .isEqualTo("FINISHED0"));

    assertThat(database.number("SELECT count(*) FROM daily_reset WHERE day >= ?", today)).isZero();
    assertThat(api.post(RESET + "?day=" + today.plusDays(1), "").status()).isEqualTo(400);
    assertThat(database.number("SELECT count(*) FROM daily_reset WHERE day > ?", today)).isZero();
  }

  private void aNightWasMissed() {
    database.update("DELETE FROM daily_reset WHERE day < (SELECT max(day) FROM daily_reset)");
    database.update("UPDATE daily_reset SET day = day - 5, first_day = day - 5");
  }

  private long missed() {
    return database.number(
        "SELECT count(*) FROM (SELECT max(day) AS day FROM daily_reset) d WHERE day < current_date - 2");
  }
}

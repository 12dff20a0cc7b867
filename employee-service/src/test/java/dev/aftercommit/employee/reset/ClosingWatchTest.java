package dev.aftercommit.employee.reset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.employee.reset.ClosingProgress.State;
import dev.aftercommit.resilience.Outages;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** What an operator is told of days that are not closed. */
class ClosingWatchTest {

  private static final LocalDate MONDAY = LocalDate.parse("2026-11-30");
  private static final Duration LIMIT = Duration.ofMinutes(15);
  private static final double HOUR = 3600;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ClosingWatch watch =
      new ClosingWatch(
          new BusinessDays(ZoneOffset.UTC, "0 5 0 * * ?"), LIMIT, new Outages(registry), registry);

  @Test
  void theAgeOfTheOldestOpenDayIsAMetric() {
    watch.seen(closing(MONDAY, State.FINISHED), Instant.parse("2026-12-01T00:06:00Z"));
    assertThat(gauge()).isBetween(0.1 * HOUR, HOUR);

    watch.seen(closing(MONDAY, State.FINISHED), Instant.parse("2026-12-03T00:00:00Z"));
    assertThat(gauge()).isBetween(48 * HOUR, 49 * HOUR);

    watch.seen(closing(MONDAY, State.RUNNING), Instant.parse("2026-12-01T02:00:00Z"));
    assertThat(gauge()).isBetween(26 * HOUR, 27 * HOUR);
  }

  @Test
  void aNightIsOverdueOnceItsTimeAndTheLimitHavePassed() {
    watch.seen(closing(MONDAY.minusDays(1), State.FINISHED), Instant.parse("2026-12-01T00:19:59Z"));
    assertThat(outage("daily-reset-overdue")).isZero();

    watch.seen(closing(MONDAY.minusDays(1), State.FINISHED), Instant.parse("2026-12-01T00:20:00Z"));
    assertThat(outage("daily-reset-overdue")).isEqualTo(1);

    watch.seen(closing(MONDAY, State.RUNNING), Instant.parse("2026-12-01T00:21:00Z"));
    assertThat(outage("daily-reset-overdue")).as("it is under way, too late").isEqualTo(1);

    watch.seen(closing(MONDAY, State.FINISHED), Instant.parse("2026-12-01T00:22:00Z"));
    assertThat(outage("daily-reset-overdue")).isZero();
  }

  @Test
  void aClosedDayOfTheFutureIsTold() {
    watch.seen(closing(MONDAY.plusDays(1), State.FINISHED), Instant.parse("2026-11-30T09:00:00Z"));
    assertThat(outage("daily-reset-ahead")).isEqualTo(1);

    watch.seen(closing(MONDAY, State.FINISHED), Instant.parse("2026-11-30T09:00:00Z"));
    assertThat(outage("daily-reset-ahead")).isZero();
  }

  private double gauge() {
    return registry.get("aftercommit.daily.reset.open.day.age").gauge().value();
  }

  private double outage(String name) {
    return registry.get("outage").tag("of", name).gauge().value();
  }

  private static ClosingProgress closing(LocalDate day, State state) {
    Instant begun = Instant.parse("2026-11-30T00:00:00Z");
    return new ClosingProgress(day, day, state, 100, 1, 1, 1, begun, begun);
  }
}

package dev.aftercommit.employee.reset;

import dev.aftercommit.resilience.Outage;
import dev.aftercommit.resilience.Outages;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import org.jboss.logging.Logger;

/**
 * Tells an operator when days are not closed as they should: the gauge {@code
 * aftercommit.daily.reset.open.day.age}, and outages that name the day. Neither takes the service
 * out of readiness: another instance would do no better.
 */
final class ClosingWatch {

  private static final Logger LOG = Logger.getLogger(ClosingWatch.class);

  private final BusinessDays days;
  private final Duration limit;
  private final Outage overdue;
  private final Outage ahead;
  private volatile Seen seen = new Seen(Duration.ZERO, System.nanoTime());

  /** How old the oldest day was that was not closed, and when by this machine's own time. */
  private record Seen(Duration age, long at) {

    double seconds() {
      return age.plusNanos(System.nanoTime() - at).toMillis() / 1e3;
    }
  }

  /**
   * Nothing is wrong until a look has been told.
   *
   * @param limit how long after its time a closing may end before somebody should look after it
   */
  ClosingWatch(BusinessDays days, Duration limit, Outages outages, MeterRegistry registry) {
    this.days = days;
    this.limit = limit;
    this.overdue = outages.of("daily-reset-overdue", "the closing of the days in time", LOG, false);
    this.ahead = outages.of("daily-reset-ahead", "the order of the closed days", LOG, false);
    Gauge.builder("aftercommit.daily.reset.open.day.age", this, watch -> watch.seen.seconds())
        .description("time since the oldest day began that is not closed, by the latest look")
        .baseUnit("seconds")
        .register(registry);
  }

  /** What a look has found. */
  void seen(ClosingProgress latest, Instant now) {
    LocalDate closed = latest.finished() ? latest.day() : latest.firstDay().minusDays(1);
    seen = new Seen(Duration.between(days.begin(closed.plusDays(1)), now), System.nanoTime());
    days.lastDue(now.minus(limit))
        .filter(due -> due.isAfter(closed))
        .ifPresentOrElse(
            due ->
                overdue.failed(
                    "%s is not closed, %s after its time; changes of later days count for %s until it is"
                        .formatted(due, limit, closed.plusDays(1))),
            overdue::works);
    LocalDate today = days.today(now);
    if (latest.day().isAfter(today)) {
      ahead.failed(
          "%s is closed although the database says it is %s: no day is closed before that one; the README of employee-service says how to mend it"
              .formatted(latest.day(), today));
    } else {
      ahead.works();
    }
  }
}

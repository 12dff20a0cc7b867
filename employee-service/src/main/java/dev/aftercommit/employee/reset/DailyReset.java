package dev.aftercommit.employee.reset;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Closes the day every night, at start when a night was missed, and by hand; always in the
 * background and, over all instances, one at a time.
 */
@ApplicationScoped
class DailyReset {

  private static final Logger LOG = Logger.getLogger(DailyReset.class);

  private final DayClosing closing;
  private final BusinessDays days;
  private final ExecutorService background =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("daily-reset").factory());

  /** The days whose turn in the background has not come. */
  private final Set<LocalDate> waiting = ConcurrentHashMap.newKeySet();

  @Inject
  DailyReset(
      DataSource dataSource, DailyResetConfig config, Clock clock, Event<ChunkClosed> chunks) {
    this.closing =
        new DayClosing(dataSource, config.limits(), () -> chunks.fire(new ChunkClosed()));
    this.days = new BusinessDays(clock, config.zone(), config.cron());
  }

  void beginCounting(@Observes StartupEvent started) throws SQLException {
    closing.beginCounting(days.lastDue().orElseGet(days::lastOver));
  }

  @Scheduled(cron = "{aftercommit.daily-reset.cron}", timeZone = "{aftercommit.daily-reset.zone}")
  @Scheduled(every = "{aftercommit.daily-reset.check-interval}")
  void closeWhatIsDue() throws SQLException {
    Optional<LocalDate> due = days.lastDue();
    if (due.isPresent()) {
      close(due.get());
    }
  }

  BusinessDays days() {
    return days;
  }

  /** Closes the days up to this one unless they are; also carries on what a crash left undone. */
  ClosingProgress close(LocalDate day) throws SQLException {
    closing.open(day);
    ClosingProgress progress = progress();
    if (!progress.finished() && waiting.add(day)) {
      background.execute(() -> run(day));
    }
    return progress;
  }

  ClosingProgress progress() throws SQLException {
    return closing
        .progress()
        .orElseThrow(
            () -> new IllegalStateException("daily_reset is empty although counting has begun"));
  }

  private void run(LocalDate day) {
    waiting.remove(day); // whoever asks from here on may come too late for this run
    try {
      closing.closeUpTo(day);
    } catch (SQLException | RuntimeException e) {
      LOG.errorf(e, "the daily reset of %s stopped; the next check goes on from there", day);
    }
  }

  @PreDestroy
  void stop() {
    background.shutdownNow();
  }
}

package dev.aftercommit.employee.reset;

import dev.aftercommit.employee.problem.Problems;
import dev.aftercommit.employee.reset.ClosingTable.Look;
import dev.aftercommit.resilience.Database;
import dev.aftercommit.resilience.Outage;
import dev.aftercommit.resilience.Outages;
import dev.aftercommit.resilience.SupervisedThread;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Closes the day every night, at start when a night was missed, and by hand; always in the
 * background and, over all instances, one at a time.
 *
 * <p>A look at every interval compares the days that are closed with those that should be, by the
 * database's time; no timer decides on a day, so a clock that is wrong, jumps or skips the time of
 * the closing misses none.
 */
@ApplicationScoped
class DailyReset {

  private static final Logger LOG = Logger.getLogger(DailyReset.class);
  private static final Duration STOP_LIMIT = Duration.ofMillis(10);

  private final DayClosing closing;
  private final BusinessDays days;
  private final DailyResetConfig config;
  private final ClosingWatch watch;
  private final Outage outage;
  private final Database database;
  private final SupervisedThread lookout;
  private final ExecutorService background =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("daily-reset").factory());

  /** The days whose turn in the background has not come. */
  private final Set<LocalDate> waiting = ConcurrentHashMap.newKeySet();

  @Inject
  DailyReset(
      DataSource dataSource,
      DailyResetConfig config,
      Event<ChunkClosed> chunks,
      Outages outages,
      Database database,
      MeterRegistry registry) {
    this.config = config;
    this.days = new BusinessDays(config.zone(), config.cron());
    this.closing =
        new DayClosing(
            dataSource, config.limits(), config.zone(), () -> chunks.fire(new ChunkClosed()));
    this.watch = new ClosingWatch(days, config.overdueAfter(), outages, registry);
    this.outage = outages.of("daily-reset", "the daily reset", LOG, false);
    this.database = database;
    this.lookout =
        new SupervisedThread(
            "daily-reset-look",
            DailyResetConfig.SHORTEST_CHECK,
            config.checkEvery().orElse(DailyResetConfig.SHORTEST_CHECK),
            STOP_LIMIT,
            outage,
            this::lookForEver);
  }

  void start(@Observes StartupEvent started) throws SQLException {
    Instant now = closing.now();
    closing.beginCounting(days.lastDue(now).orElseGet(() -> days.lastOver(now)));
    if (config.checkEvery().isPresent()) {
      lookout.start();
    }
  }

  /** Closes what is due, and carries on what a crash left undone. */
  void closeWhatIsDue() throws SQLException {
    Look look = look();
    watch.seen(look.latest(), look.now());
    LocalDate latest = look.latest().day();
    LocalDate due = days.lastDue(look.now()).filter(day -> day.isAfter(latest)).orElse(latest);
    closing.open(due);
    if (begin(due, progress()).finished()) {
      outage.works();
    }
  }

  /**
   * Closes the days up to this one unless they are; also carries on what a crash left undone.
   *
   * @throws dev.aftercommit.employee.problem.Problem 400 when the day has not begun, by the
   *     database's time
   */
  ClosingProgress close(LocalDate day) throws SQLException {
    closing.open(day);
    Look look = look();
    LocalDate today = days.today(look.now());
    if (day.isAfter(today)) {
      throw Problems.invalidParameter(
          "query", "day", "must be today at the latest, by the database's time: " + today);
    }
    return begin(day, look.latest());
  }

  /** The last day that is over, by the database's time. */
  LocalDate lastOver() throws SQLException {
    return days.lastOver(closing.now());
  }

  ClosingProgress progress() throws SQLException {
    return look().latest();
  }

  private Look look() throws SQLException {
    return closing
        .look()
        .orElseThrow(
            () -> new IllegalStateException("daily_reset is empty although counting has begun"));
  }

  private ClosingProgress begin(LocalDate day, ClosingProgress progress) {
    if (!progress.finished() && waiting.add(day)) {
      background.execute(() -> run(day));
    }
    return progress;
  }

  private void run(LocalDate day) {
    waiting.remove(day); // whoever asks from here on may come too late for this run
    try {
      closing.closeUpTo(day);
      outage.works();
    } catch (SQLException e) {
      database.failed(e);
      failed(day, e);
    } catch (RuntimeException e) {
      failed(day, e);
    }
  }

  private void failed(LocalDate day, Exception e) {
    if (!background.isShutdown()) {
      outage.failed(
          "%s stopped, the next look goes on from there: %s".formatted(day, Outage.describe(e)));
    }
  }

  private void lookForEver() throws SQLException, InterruptedException {
    while (!lookout.isStopping()) {
      try {
        closeWhatIsDue();
      } catch (SQLException e) {
        database.failed(e);
        throw e;
      }
      Thread.sleep(config.checkEvery().orElseThrow());
    }
  }

  @PreDestroy
  void stop() {
    lookout.close();
    background.shutdownNow();
  }
}

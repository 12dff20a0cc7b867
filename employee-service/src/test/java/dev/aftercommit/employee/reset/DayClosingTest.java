package dev.aftercommit.employee.reset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.aftercommit.employee.reset.DayClosing.Outcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changes and closings that meet: whatever the order, each change counts for exactly one day. */
class DayClosingTest {

  private static final LocalDate MONDAY = LocalDate.parse("2020-11-30");
  private static final LocalDate TUESDAY = MONDAY.plusDays(1);
  private static final int EMPLOYEES = 40;
  private static final Duration LONG = Duration.ofSeconds(30);

  private static final Executor THREADS = task -> Thread.ofVirtual().start(task);

  private ActivityDatabase database;

  @BeforeEach
  void aDatabase() throws SQLException {
    database = ActivityDatabase.withEmployees(EMPLOYEES);
    closing(limits(10)).beginCounting(MONDAY.minusDays(1));
  }

  @AfterEach
  void everyTallyAddsUp() {
    try {
      assertThat(database.wrong()).isZero();
    } finally {
      database.close();
    }
  }

  @Test
  void aClosedDayGoesToTheHistoryAndCountingBeginsAnew() throws SQLException {
    database.raise(1, 100);
    database.raise(1, -30);
    database.raise(EMPLOYEES, 5);

    Outcome outcome = closing(limits(7)).closeUpTo(MONDAY);

    assertThat(outcome).isEqualTo(Outcome.FINISHED);
    assertThat(database.history(1)).isEqualTo("2020-11-30=70.00(2)");
    assertThat(database.history(EMPLOYEES)).isEqualTo("2020-11-30=5.00(1)");
    assertThat(database.number("SELECT count(*) FROM activity_history")).isEqualTo(2);
    assertThat(database.number("SELECT count(*) FROM employee_activity WHERE changes_today > 0"))
        .isZero();
    ClosingProgress progress = progress();
    assertThat(progress.finished()).isTrue();
    assertThat(progress.percent()).isEqualTo(100);
    assertThat(progress.passed()).isEqualTo(EMPLOYEES);
    assertThat(progress.closed()).isEqualTo(2);
  }

  @Test
  void serversThatDoNotReturnOldValuesCloseTheDayAlike() throws SQLException {
    database.raise(1, 100);
    try (Connection connection = database.dataSource().getConnection()) {
      ClosingTable table = new ClosingTable(connection, 17);
      table.open(MONDAY, MONDAY.atStartOfDay().toInstant(ZoneOffset.UTC));
      ClosingTable.Claim claim = table.claim(LONG).orElseThrow();
      table.createPartition(MONDAY, LONG);

      assertThat(table.close(claim, EMPLOYEES, LONG)).isTrue();
      assertThat(table.finish(claim.at(EMPLOYEES))).isTrue();
    }

    assertThat(database.history(1)).isEqualTo("2020-11-30=100.00(1)");
    assertThat(database.number("SELECT daily_change FROM employee_activity WHERE employee_id = 1"))
        .isZero();
  }

  @Test
  void aReaderOfTheWholeHistoryKeepsNeitherTheClosingNorOtherReadersWaiting() throws Exception {
    database.raise(1, 100);
    CompletableFuture<Outcome> closing;
    try (Connection backup = database.open();
        Statement read = backup.createStatement();
        Connection reader = database.open();
        Statement other = reader.createStatement()) {
      read.executeQuery("SELECT count(*) FROM activity_history").close();
      closing = later(closing(limits(10)));

      assertThat(closing.get(25, TimeUnit.SECONDS)).isEqualTo(Outcome.FINISHED);
      other.execute("SET lock_timeout = '1ms'");
      other.executeQuery("SELECT count(*) FROM activity_history").close();
      read.executeQuery("SELECT count(*) FROM activity_history").close();
    }
    assertThat(database.history(1)).isEqualTo("2020-11-30=100.00(1)");
  }

  @Test
  void whoeverChangesTheHistoryTableHoldsTheClosingUpAndNoReader() throws Exception {
    database.raise(1, 100);
    CompletableFuture<Outcome> closing;
    try (Connection indexing = database.open();
        Statement lock = indexing.createStatement();
        Connection reader = database.open();
        Statement read = reader.createStatement()) {
      lock.execute("LOCK TABLE activity_history IN SHARE MODE");
      closing = later(closing(limits(10)));
      database.awaitWaiting(1);

      read.execute("SET lock_timeout = '1ms'");
      read.executeQuery("SELECT count(*) FROM activity_history").close();
      indexing.commit();
    }

    assertThat(closing.get(25, TimeUnit.SECONDS)).isEqualTo(Outcome.FINISHED);
    assertThat(database.history(1)).isEqualTo("2020-11-30=100.00(1)");
  }

  @Test
  void aDayThatHasNotBegunInTheDatabaseIsNeverOpened() throws Exception {
    database.run("UPDATE daily_reset SET day = current_date - 2, first_day = current_date - 2");
    LocalDate today = LocalDate.ofInstant(closing(limits(10)).now(), ZoneOffset.UTC);

    assertThat(closing(limits(10)).closeUpTo(today.plusDays(2))).isEqualTo(Outcome.NOT_OURS);
    assertThat(progress().day()).isBefore(today);
    assertThat(closing(limits(10)).closeUpTo(today)).isEqualTo(Outcome.FINISHED);
    assertThat(progress().day()).isEqualTo(today);
  }

  @Test
  void aChangeThereAndBackIsNoChangeOfMoneyButTwoChanges() throws SQLException {
    database.raise(3, 100);
    database.raise(3, -100);

    closing(limits(10)).closeUpTo(MONDAY);

    assertThat(database.history(3)).isEqualTo("2020-11-30=0.00(2)");
  }

  @Test
  void theSameDayAgainChangesNothing() throws SQLException {
    database.raise(1, 100);
    closing(limits(10)).closeUpTo(MONDAY);
    database.raise(1, 7);

    assertThat(closing(limits(10)).closeUpTo(MONDAY)).isEqualTo(Outcome.NOT_OURS);
    assertThat(closing(limits(10)).closeUpTo(MONDAY.minusDays(3))).isEqualTo(Outcome.NOT_OURS);

    assertThat(database.history(1)).isEqualTo("2020-11-30=100.00(1)");
    assertThat(database.number("SELECT daily_change FROM employee_activity WHERE employee_id = 1"))
        .isEqualTo(7);
  }

  @Test
  void missedNightsAreClosedTogetherAndTheChangesCountForTheFirstOfThem() throws SQLException {
    database.raise(1, 100);

    closing(limits(10)).closeUpTo(MONDAY.plusDays(2));
    database.raise(1, 1);
    closing(limits(10)).closeUpTo(MONDAY.plusDays(3));

    assertThat(database.history(1)).isEqualTo("2020-11-30=100.00(1) 2020-12-03=1.00(1)");
  }

  @Test
  void aRaiseThatTheClosingWaitsForCountsForTheDayBeingClosed() throws Exception {
    database.raise(5, 20);
    CompletableFuture<Outcome> closing;
    try (Connection raise = database.open()) {
      ActivityDatabase.raise(raise, 5, 50);
      closing = later(closing(patient()));
      database.awaitWaiting(1);
      raise.commit();
    }

    assertThat(closing.get(25, TimeUnit.SECONDS)).isEqualTo(Outcome.FINISHED);
    assertThat(database.history(5)).isEqualTo("2020-11-30=70.00(2)");
  }

  @Test
  void aFirstRaiseThatCommitsBehindTheClosingCountsForTheNextDay() throws Exception {
    try (Connection raise = database.open()) {
      ActivityDatabase.raise(raise, 5, 50);
      assertThat(closing(limits(10)).closeUpTo(MONDAY)).isEqualTo(Outcome.FINISHED);
      raise.commit();
    }
    closing(limits(10)).closeUpTo(TUESDAY);

    assertThat(database.history(5)).isEqualTo("2020-12-01=50.00(1)");
  }

  @Test
  void aRaiseThatWaitsForTheClosingCountsForTheNextDay() throws Exception {
    database.raise(5, 20);
    database.raise(9, 1);
    CompletableFuture<Outcome> closing;
    CompletableFuture<Void> raise;
    try (Connection ahead = database.open()) {
      ActivityDatabase.raise(ahead, 9, 1);
      closing = later(closing(patient()));
      database.awaitWaiting(1);
      raise = CompletableFuture.runAsync(() -> database.raise(5, 50), THREADS);
      database.awaitWaiting(2);
      ahead.rollback();
    }

    assertThat(closing.get(25, TimeUnit.SECONDS)).isEqualTo(Outcome.FINISHED);
    raise.get(25, TimeUnit.SECONDS);
    assertThat(database.history(5)).isEqualTo("2020-11-30=20.00(1)");
    closing(limits(10)).closeUpTo(TUESDAY);
    assertThat(database.history(5)).isEqualTo("2020-11-30=20.00(1) 2020-12-01=50.00(1)");
  }

  @Test
  void aClosingThatMeetsALockedRowLetsTheOthersGoAndPassesWhenItIsFree() throws Exception {
    IntStream.rangeClosed(1, EMPLOYEES).forEach(employee -> database.raise(employee, 1));
    CompletableFuture<Outcome> closing;
    try (Connection slow = database.open();
        Connection hasty = database.open()) {
      ActivityDatabase.raise(slow, 20, 50);
      closing = later(closing(limits(EMPLOYEES)));
      awaitPassed(19);

      hasty.createStatement().execute("SET lock_timeout = '10s'");
      ActivityDatabase.raise(hasty, 19, 3);
      ActivityDatabase.raise(hasty, 21, 3);
      hasty.commit();
      assertThat(progress().passed()).as("it stands before the locked row").isEqualTo(19);
      slow.commit();
    }

    assertThat(closing.get(25, TimeUnit.SECONDS)).isEqualTo(Outcome.FINISHED);
    assertThat(database.history(19)).isEqualTo("2020-11-30=1.00(1)");
    assertThat(database.history(20)).isEqualTo("2020-11-30=51.00(2)");
    assertThat(database.history(21)).isEqualTo("2020-11-30=4.00(2)");
  }

  @Test
  void aRowThatStaysLockedStopsTheClosingWithItsPlaceKept() throws Exception {
    database.raise(20, 1);
    ClosingLimits impatient =
        new ClosingLimits(
            5, Duration.ofMillis(50), Duration.ofMillis(40), LONG, Duration.ofMillis(100));
    try (Connection slow = database.open()) {
      ActivityDatabase.raise(slow, 20, 50);

      assertThatThrownBy(() -> closing(impatient).closeUpTo(MONDAY))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("has not got past employee 19");
      slow.commit();
    }
    assertThat(progress().passed()).isEqualTo(19);
    database.run(
        "UPDATE daily_reset SET lease_until = now() - interval '1 second' WHERE runner IS NOT NULL");

    assertThat(closing(limits(5)).closeUpTo(MONDAY)).isEqualTo(Outcome.FINISHED);
    assertThat(database.history(20)).isEqualTo("2020-11-30=51.00(2)");
  }

  @Test
  void aCrashInTheMiddleIsTakenOverAndNothingCountsTwice() throws SQLException {
    IntStream.rangeClosed(1, EMPLOYEES).forEach(employee -> database.raise(employee, employee));
    AtomicInteger chunks = new AtomicInteger();
    DayClosing dies =
        new DayClosing(
            database.dataSource(),
            limits(6),
            ZoneOffset.UTC,
            () -> {
              if (chunks.incrementAndGet() == 3) {
                database.terminateOthers();
              }
            });

    assertThatThrownBy(() -> dies.closeUpTo(MONDAY)).isInstanceOf(SQLException.class);
    assertThat(progress().passed()).isEqualTo(18);
    assertThat(progress().state()).isEqualTo(ClosingProgress.State.RUNNING);
    assertThat(progress().percent()).isEqualTo(45);
    database.raise(1, 1000);
    database.raise(EMPLOYEES, 1000);
    assertThat(closing(limits(6)).closeUpTo(MONDAY))
        .as("the dead runner's lease is not over")
        .isEqualTo(Outcome.NOT_OURS);
    database.run("UPDATE daily_reset SET lease_until = now() WHERE runner IS NOT NULL");

    assertThat(closing(limits(6)).closeUpTo(MONDAY)).isEqualTo(Outcome.FINISHED);
    assertThat(database.history(1)).isEqualTo("2020-11-30=1.00(1)");
    assertThat(database.history(EMPLOYEES)).isEqualTo("2020-11-30=1040.00(2)");
    assertThat(progress().passed()).isEqualTo(EMPLOYEES);
  }

  @Test
  void ofTwoInstancesAtOnceOneCloses() throws Exception {
    database.raise(5, 1);
    CompletableFuture<Outcome> first;
    try (Connection slow = database.open()) {
      ActivityDatabase.raise(slow, 5, 1);
      first = later(closing(patient()));
      database.awaitWaiting(1);

      assertThat(closing(limits(10)).closeUpTo(MONDAY)).isEqualTo(Outcome.NOT_OURS);
      slow.commit();
    }

    assertThat(first.get(25, TimeUnit.SECONDS)).isEqualTo(Outcome.FINISHED);
    assertThat(database.history(5)).isEqualTo("2020-11-30=2.00(2)");
  }

  @Test
  void aRunnerThatWasTakenOverWhileItSleptChangesNothingMore() throws SQLException {
    IntStream.rangeClosed(1, EMPLOYEES).forEach(employee -> database.raise(employee, 1));
    AtomicBoolean taken = new AtomicBoolean();
    DayClosing slept =
        new DayClosing(
            database.dataSource(),
            limits(10),
            ZoneOffset.UTC,
            () -> {
              if (taken.compareAndSet(false, true)) {
                database.run("UPDATE daily_reset SET lease_until = now() WHERE runner IS NOT NULL");
                assertThat(runUnchecked(closing(limits(10)))).isEqualTo(Outcome.FINISHED);
              }
            });
    slept.open(MONDAY);

    assertThat(slept.run()).isEqualTo(Outcome.NOT_OURS);
    assertThat(database.number("SELECT count(*) FROM activity_history")).isEqualTo(EMPLOYEES);
    assertThat(progress().passed()).isEqualTo(EMPLOYEES);
  }

  @Test
  void afterEachCommitAndOnceMoreTheListenerIsCalled() throws SQLException {
    List<Long> passed = new ArrayList<>();
    new DayClosing(
            database.dataSource(),
            limits(15),
            ZoneOffset.UTC,
            () -> passed.add(progressUnchecked().passed()))
        .closeUpTo(MONDAY);

    assertThat(passed).containsExactly(15L, 30L, 40L, 40L);
  }

  @Test
  void raisesDuringSevenNightsEachCountForExactlyOneDay() throws Exception {
    AtomicBoolean nightsOver = new AtomicBoolean();
    CountDownLatch begun = new CountDownLatch(4);
    List<CompletableFuture<Integer>> raises =
        IntStream.range(0, 4)
            .mapToObj(
                i -> CompletableFuture.supplyAsync(() -> raiseUntil(nightsOver, begun), THREADS))
            .toList();
    assertThat(begun.await(25, TimeUnit.SECONDS)).isTrue();

    for (int night = 0; night < 7; night++) {
      closing(limits(3)).closeUpTo(MONDAY.plusDays(night));
      assertThat(database.wrong()).isZero();
    }
    nightsOver.set(true);
    int done = raises.stream().mapToInt(CompletableFuture::join).sum();

    assertThat(
            database.number("SELECT coalesce(sum(changes), 0) FROM activity_history")
                + database.number("SELECT sum(changes_today) FROM employee_activity"))
        .isEqualTo(done);
    assertThat(database.number("SELECT count(DISTINCT day) FROM activity_history")).isEqualTo(7);
  }

  private int raiseUntil(AtomicBoolean over, CountDownLatch begun) {
    int raises = 0;
    while (!over.get()) {
      ThreadLocalRandom random = ThreadLocalRandom.current();
      database.raise(1 + random.nextInt(EMPLOYEES), 1 + random.nextInt(9));
      raises++;
      begun.countDown();
    }
    return raises;
  }

  private DayClosing closing(ClosingLimits limits) {
    return new DayClosing(database.dataSource(), limits, ZoneOffset.UTC, () -> {});
  }

  private static CompletableFuture<Outcome> later(DayClosing closing) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return closing.closeUpTo(MONDAY);
          } catch (SQLException e) {
            throw new IllegalStateException(e);
          }
        },
        THREADS);
  }

  private static Outcome runUnchecked(DayClosing closing) {
    try {
      return closing.run();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private ClosingProgress progress() throws SQLException {
    return closing(limits(10)).progress().orElseThrow();
  }

  private ClosingProgress progressUnchecked() {
    try {
      return progress();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void awaitPassed(long employees) {
    await().atMost(LONG).until(() -> progressUnchecked().passed() == employees);
  }

  /** Waits for locked rows only shortly, as in production, however slow the machine. */
  private static ClosingLimits limits(int maxChunk) {
    return new ClosingLimits(maxChunk, Duration.ofSeconds(10), Duration.ofMillis(800), LONG, LONG);
  }

  /** Waits for a locked row until the test has seen it wait. */
  private static ClosingLimits patient() {
    return new ClosingLimits(EMPLOYEES, Duration.ofSeconds(10), Duration.ofMinutes(2), LONG, LONG);
  }
}

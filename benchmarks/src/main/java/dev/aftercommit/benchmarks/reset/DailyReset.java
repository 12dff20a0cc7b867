package dev.aftercommit.benchmarks.reset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aftercommit.benchmarks.reset.ActivityTables.Sizes;
import dev.aftercommit.employee.reset.ClosingLimits;
import dev.aftercommit.employee.reset.DayClosing;
import dev.aftercommit.stack.measure.Hardware;
import dev.aftercommit.stack.process.StackException;
import dev.aftercommit.stack.servers.ServerKind;
import dev.aftercommit.stack.servers.Servers;
import dev.aftercommit.stack.servers.ServersConfig;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Closes a day on a real PostgreSQL with the employee service's own code and tables, beside one
 * bare UPDATE of the same rows, with raises going on, and for many nights.
 */
@Command(
    name = "benchmarks/run daily-reset",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description =
        "Measures closing a day: beside a bare UPDATE, what raises notice, and sizes after many"
            + " nights; prints one line of JSON per run and the medians.")
final class DailyReset implements Callable<Integer> {

  private static final int OK = 0;
  private static final int BROKEN = 1;
  private static final int COULD_NOT_RUN = 2;
  private static final double MAX_RATIO = 2;
  private static final double MAX_RAISE_MILLIS = 250;

  /** What the service does by default. */
  private static final ClosingLimits LIMITS =
      new ClosingLimits(
          50_000,
          Duration.ofMillis(120),
          Duration.ofMillis(200),
          Duration.ofSeconds(15),
          Duration.ofMinutes(1));

  @Option(
      names = "--employees",
      defaultValue = "400000",
      description = "Employees, each with a change to close (default ${DEFAULT-VALUE}).")
  private int employees = 400_000;

  @Option(
      names = "--runs",
      defaultValue = "3",
      description = "How often the closing is measured (default ${DEFAULT-VALUE}).")
  private int runs = 3;

  @Option(
      names = "--nights",
      defaultValue = "30",
      description = "Nights after which the sizes are compared (default ${DEFAULT-VALUE}).")
  private int nights = 30;

  private final ObjectMapper json = new ObjectMapper();
  private LocalDate day = LocalDate.parse("2020-01-01");

  public static void main(String[] args) {
    System.exit(new CommandLine(new DailyReset()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    System.err.println(Hardware.describe());
    try (Servers servers = Servers.start(ServersConfig.of(ServerKind.POSTGRES))) {
      ActivityTables tables = new ActivityTables(servers.postgres(), employees);
      tables.create();
      closing(tables).beginCounting(day);
      List<ClosingResult> closings = new ArrayList<>();
      for (int run = 1; run <= runs; run++) {
        closings.add(print(measure(tables, run)));
      }
      NightsResult many = print(nights(tables));
      printMedians(closings, many);
      return holds(closings, many) ? OK : BROKEN;
    } catch (SQLException | StackException | IllegalStateException e) {
      System.err.println("benchmarks: " + e.getMessage());
      return COULD_NOT_RUN;
    }
  }

  private ClosingResult measure(ActivityTables tables, int run)
      throws SQLException, InterruptedException {
    tables.changeAll();
    tables.settle();
    double bare = seconds(tables::bareUpdate);
    tables.settle();
    tables.restoreDay();
    tables.settle();
    double closing = seconds(() -> closeNextDay(tables));
    tables.changeAll();
    tables.settle();
    Raises.Seen before;
    try (Raises raises = Raises.start(tables.dataSource(), employees)) {
      Thread.sleep(Duration.ofNanos((long) (closing * 1e9)));
      before = raises.end();
    }
    double busy;
    Raises.Seen meanwhile;
    try (Raises raises = Raises.start(tables.dataSource(), employees)) {
      busy = seconds(() -> closeNextDay(tables));
      meanwhile = raises.end();
    }
    return new ClosingResult(
        "daily-reset",
        run,
        employees,
        bare,
        closing,
        rounded(closing / bare),
        busy,
        meanwhile.raises(),
        rounded(meanwhile.longestMillis()),
        rounded(before.longestMillis()),
        tables.settings(),
        Hardware.describe());
  }

  private NightsResult nights(ActivityTables tables) throws SQLException {
    List<Sizes> sizes = new ArrayList<>();
    for (int night = 0; night < nights; night++) {
      tables.changeAll();
      closeNextDay(tables);
      sizes.add(tables.sizes());
    }
    return new NightsResult(
        "nights", nights, employees, sizes, tables.wrong(), Hardware.describe());
  }

  private void closeNextDay(ActivityTables tables) throws SQLException {
    day = day.plusDays(1);
    if (closing(tables).closeUpTo(day) != DayClosing.Outcome.FINISHED) {
      throw new IllegalStateException("the closing of %s was not finished".formatted(day));
    }
  }

  private static DayClosing closing(ActivityTables tables) {
    return new DayClosing(tables.dataSource(), LIMITS, ZoneOffset.UTC, () -> {});
  }

  private static boolean holds(List<ClosingResult> closings, NightsResult many) {
    return median(closings, ClosingResult::ratio) <= MAX_RATIO
        && closings.stream().allMatch(c -> c.longestRaiseMillis() <= MAX_RAISE_MILLIS)
        && many.flat()
        && many.wrong() == 0;
  }

  private static void printMedians(List<ClosingResult> closings, NightsResult many) {
    Sizes first = many.sizes().getFirst();
    Sizes last = many.sizes().getLast();
    System.err.printf(
        """
        medians of %d runs, %,d changed rows
          bare UPDATE           %6.2f s
          closing the day       %6.2f s   %.2f times the bare UPDATE
          closing, raises go on %6.2f s   longest raise %.0f ms (%.0f ms without a closing)
        after %d nights          table %,d kB (first night %,d kB), index %,d kB (%,d kB), history %,d kB
        """,
        closings.size(),
        closings.getFirst().employees(),
        median(closings, ClosingResult::bareUpdateSeconds),
        median(closings, ClosingResult::closingSeconds),
        median(closings, ClosingResult::ratio),
        median(closings, ClosingResult::busySeconds),
        median(closings, ClosingResult::longestRaiseMillis),
        median(closings, ClosingResult::longestRaiseBeforeMillis),
        many.nights(),
        last.table() / 1024,
        first.table() / 1024,
        last.index() / 1024,
        first.index() / 1024,
        last.history() / 1024);
  }

  private <T> T print(T result) {
    try {
      System.out.println(json.writeValueAsString(result));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a result could not be written as JSON", e);
    }
    return result;
  }

  /** Something that is timed. */
  private interface Work {
    void run() throws SQLException;
  }

  private static double seconds(Work work) throws SQLException {
    long start = System.nanoTime();
    work.run();
    return rounded((System.nanoTime() - start) / 1e9);
  }

  private static double median(List<ClosingResult> results, ToDoubleFunction<ClosingResult> value) {
    double[] sorted = results.stream().mapToDouble(value).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}

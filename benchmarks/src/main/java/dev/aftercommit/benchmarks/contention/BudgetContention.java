package dev.aftercommit.benchmarks.contention;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aftercommit.stack.measure.Hardware;
import dev.aftercommit.stack.process.StackException;
import dev.aftercommit.stack.servers.ServerKind;
import dev.aftercommit.stack.servers.Servers;
import dev.aftercommit.stack.servers.ServersConfig;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Budget transfers under contention, in four ways: the table that tells which one to use, and what
 * it costs. The in-process mutex is also run as two instances of a service would run it, which
 * loses money.
 */
@Command(
    name = "benchmarks/run budget-contention",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description =
        "Moves budget between departments with an in-process mutex, SELECT FOR UPDATE, one atomic"
            + " UPDATE and SERIALIZABLE; prints one line of JSON per run and a table of the medians.")
public final class BudgetContention implements Callable<Integer> {

  private static final int OK = 0;
  private static final int BROKEN = 1;
  private static final int COULD_NOT_RUN = 2;
  private static final int WARM_UP_CLIENTS = 8;

  @Option(
      names = "--runs",
      defaultValue = "3",
      description = "How often each cell is measured (default ${DEFAULT-VALUE}).")
  private int runs = 3;

  @Option(
      names = "--millis",
      defaultValue = "1500",
      description = "Milliseconds of one run of one cell (default ${DEFAULT-VALUE}).")
  private int millis = 1_500;

  @Option(
      names = "--clients",
      split = ",",
      defaultValue = "2,8,32",
      description = "Clients at once (default ${DEFAULT-VALUE}).")
  private List<Integer> clients = List.of(2, 8, 32);

  @Option(
      names = "--departments",
      split = ",",
      defaultValue = "2,100",
      description = "Departments they meet at (default ${DEFAULT-VALUE}).")
  private List<Integer> departments = List.of(2, 100);

  private final ObjectMapper json = new ObjectMapper();

  public static void main(String[] args) {
    System.exit(new CommandLine(new BudgetContention()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    System.err.println(Hardware.describe());
    ServersConfig config =
        ServersConfig.of(ServerKind.POSTGRES).withProgress(BudgetContention::say);
    try (Servers servers = Servers.start(config)) {
      Departments table = new Departments(servers.postgres());
      warmUp(table);
      List<CellResult> results = measure(table);
      table.drop();
      System.err.println(ResultTable.of(results, runs));
      return results.stream().allMatch(result -> result.isRight() || !result.way().isSound())
          ? OK
          : BROKEN;
    } catch (SQLException | StackException | IllegalStateException e) {
      System.err.println("budget-contention: " + e.getMessage());
      return COULD_NOT_RUN;
    }
  }

  /** Lets the JIT compilers see the work before anything is measured. */
  private void warmUp(Departments table) throws SQLException, InterruptedException {
    say("warming up");
    for (Way way : Way.values()) {
      int rows = departments.getLast();
      table.create(rows);
      new Clients(table, new Cell(way, WARM_UP_CLIENTS, rows), Duration.ofSeconds(1)).run();
    }
  }

  /** Run by run, so that a slow minute of the machine falls on all cells. */
  private List<CellResult> measure(Departments table) throws SQLException, InterruptedException {
    List<CellResult> results = new ArrayList<>();
    for (int run = 1; run <= runs; run++) {
      say("run %d of %d".formatted(run, runs));
      for (int rows : departments) {
        for (int count : clients) {
          for (Way way : Way.values()) {
            results.add(print(measure(table, new Cell(way, count, rows), run)));
          }
        }
      }
    }
    return results;
  }

  private CellResult measure(Departments table, Cell cell, int run)
      throws SQLException, InterruptedException {
    table.create(cell.departments());
    Clients.Work work = new Clients(table, cell, Duration.ofMillis(millis)).run();
    long lostOrInvented = table.lostOrInvented();
    return new CellResult(
        "budget-contention",
        cell.way(),
        cell.clients(),
        cell.departments(),
        run,
        rounded(work.seconds()),
        work.transfers(),
        work.refused(),
        work.retries(),
        work.givenUp(),
        rounded(work.transfers() / work.seconds()),
        rounded(work.millisAtPercentile(50)),
        rounded(work.millisAtPercentile(99)),
        lostOrInvented == 0,
        lostOrInvented,
        table.misplaced(work.received()),
        table.belowPayroll(),
        table.settings(),
        Hardware.describe());
  }

  private CellResult print(CellResult result) {
    try {
      System.out.println(json.writeValueAsString(result));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a result could not be written as JSON", e);
    }
    return result;
  }

  private static void say(String line) {
    System.err.println(line);
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}

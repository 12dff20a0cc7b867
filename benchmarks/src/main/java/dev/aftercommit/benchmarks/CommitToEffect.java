package dev.aftercommit.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aftercommit.stack.measure.Hardware;
import dev.aftercommit.stack.process.StackException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * From the commit of a change to the commit of its effect, on real servers: eight writers change
 * rows and append events with the outbox library, the real relay publishes, the real aggregator
 * applies. Every event id is looked up at the end.
 */
@Command(
    name = "benchmarks/run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description =
        "Measures drain of a backlog, steady flow and latency from commit to effect; prints one line"
            + " of JSON per run and the medians.")
final class CommitToEffect implements Callable<Integer> {

  private static final int OK = 0;
  private static final int BROKEN = 1;
  private static final int COULD_NOT_RUN = 2;

  @Option(
      names = "--runs",
      defaultValue = "3",
      description = "How often each is measured (default ${DEFAULT-VALUE}).")
  private int runs = 3;

  @Option(
      names = "--backlog",
      defaultValue = "30000",
      description = "Events of the backlog that is drained (default ${DEFAULT-VALUE}).")
  private int backlog = 30_000;

  @Option(
      names = "--steady-rate",
      defaultValue = "4500",
      description = "Changes per second of the steady flow (default ${DEFAULT-VALUE}).")
  private int steadyRate = 4_500;

  @Option(
      names = "--light-rate",
      defaultValue = "200",
      description = "Changes per second for the latency (default ${DEFAULT-VALUE}).")
  private int lightRate = 200;

  @Option(
      names = "--seconds",
      defaultValue = "15",
      description = "Seconds of each flow (default ${DEFAULT-VALUE}).")
  private int seconds = 15;

  private final ObjectMapper json = new ObjectMapper();

  public static void main(String[] args) {
    System.exit(new CommandLine(new CommitToEffect()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    System.err.println(Hardware.describe());
    try (Rig rig = Rig.start(CommitToEffect::say)) {
      rig.warmUp(backlog);
      List<Result> drains = new ArrayList<>();
      List<Result> steady = new ArrayList<>();
      List<Result> light = new ArrayList<>();
      for (int run = 1; run <= runs; run++) {
        drains.add(print(rig.drain(run, backlog)));
        steady.add(print(rig.flow("steady", run, steadyRate, seconds)));
        light.add(print(rig.flow("light", run, lightRate, seconds)));
      }
      printMedians(drains, steady, light);
      boolean allVerified =
          List.of(drains, steady, light).stream()
              .flatMap(List::stream)
              .allMatch(Result::everyIdOnce);
      return allVerified ? OK : BROKEN;
    } catch (SQLException | StackException | IllegalStateException e) {
      System.err.println("benchmarks: " + e.getMessage());
      return COULD_NOT_RUN;
    }
  }

  private static void say(String line) {
    System.err.println(line);
  }

  private Result print(Result result) {
    try {
      System.out.println(json.writeValueAsString(result));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a result could not be written as JSON", e);
    }
    return result;
  }

  private static void printMedians(List<Result> drains, List<Result> steady, List<Result> light) {
    System.err.printf(
        """
        medians of %d runs
          drain of a backlog   %,8.0f events/s
          steady flow          %,8.0f events/s   p50 %.1f ms   p99 %.1f ms   last effect %.0f ms after the last commit
          light flow           %,8.0f events/s   p50 %.1f ms   p99 %.1f ms
        """,
        drains.size(),
        median(drains, Result::eventsPerSecond),
        median(steady, Result::eventsPerSecond),
        median(steady, Result::p50Millis),
        median(steady, Result::p99Millis),
        median(steady, Result::tailMillis),
        median(light, Result::eventsPerSecond),
        median(light, Result::p50Millis),
        median(light, Result::p99Millis));
  }

  private static double median(List<Result> results, ToDoubleFunction<Result> value) {
    List<Double> sorted =
        results.stream().map(value::applyAsDouble).sorted(Comparator.naturalOrder()).toList();
    return sorted.get(sorted.size() / 2);
  }
}

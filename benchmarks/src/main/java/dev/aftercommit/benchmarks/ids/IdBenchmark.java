package dev.aftercommit.benchmarks.ids;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aftercommit.stack.measure.Hardware;
import java.util.concurrent.Callable;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs {@link IdGeneration} on one thread, so that the figures are those of one core. */
@Command(
    name = "benchmarks/run ids",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    description =
        "Measures how fast public ids are made and read on one core, blocks being allocated; prints one line of JSON"
            + " per run and the medians. No server is needed.")
final class IdBenchmark implements Callable<Integer> {

  private static final int COULD_NOT_RUN = 2;

  /** One run on one thread. */
  private record Measured(String what, int run, long perSecond, String hardware) {}

  @Option(
      names = "--runs",
      defaultValue = "3",
      description = "How often each is measured, 2 s at a time (default ${DEFAULT-VALUE}).")
  private int runs = 3;

  private final ObjectMapper json = new ObjectMapper();

  public static void main(String[] args) {
    System.exit(new CommandLine(new IdBenchmark()).execute(args));
  }

  @Override
  public Integer call() throws JsonProcessingException {
    System.err.println(Hardware.describe());
    try {
      for (RunResult result :
          new Runner(
                  new OptionsBuilder()
                      .include(IdGeneration.class.getName())
                      .measurementIterations(runs)
                      .threads(1)
                      .verbosity(VerboseMode.SILENT)
                      .build())
              .run()) {
        print(result);
      }
      return 0;
    } catch (RunnerException e) {
      System.err.println("benchmarks: " + e.getMessage());
      return COULD_NOT_RUN;
    }
  }

  private void print(RunResult result) throws JsonProcessingException {
    String what = result.getPrimaryResult().getLabel();
    int run = 1;
    for (IterationResult iteration : result.getAggregatedResult().getIterationResults()) {
      System.out.println(
          json.writeValueAsString(
              new Measured(
                  what,
                  run++,
                  Math.round(iteration.getPrimaryResult().getScore()),
                  Hardware.describe())));
    }
    double median = result.getPrimaryResult().getStatistics().getPercentile(50);
    System.err.printf("median of %d runs: %-7s %,13.0f/s%n", runs, what, median);
  }
}

package dev.aftercommit.benchmarks.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aftercommit.stack.measure.Hardware;
import dev.aftercommit.stack.process.StackException;
import dev.aftercommit.stack.servers.ServerKind;
import dev.aftercommit.stack.servers.Servers;
import dev.aftercommit.stack.servers.ServersConfig;
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
 * Reads of rows that others change meanwhile, through the cache and without it, on a real
 * PostgreSQL and Redis. Every read is checked: it must not be older than the newest change that was
 * acknowledged before it began.
 */
@Command(
    name = "benchmarks/run cached-reads",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description =
        "Measures reads per second and latency with and without the cache under writes, and counts"
            + " stale reads (there must be none); prints one line of JSON per run and the medians.")
final class CachedReads implements Callable<Integer> {

  private static final int OK = 0;
  private static final int BROKEN = 1;
  private static final int COULD_NOT_RUN = 2;

  @Option(
      names = "--runs",
      defaultValue = "3",
      description = "How often each is measured (default ${DEFAULT-VALUE}).")
  private int runs = 3;

  @Option(
      names = "--seconds",
      defaultValue = "10",
      description = "Seconds of each measurement (default ${DEFAULT-VALUE}).")
  private int seconds = 10;

  @Option(
      names = "--clients",
      defaultValue = "16",
      description = "Threads that read and write (default ${DEFAULT-VALUE}).")
  private int clients = 16;

  @Option(
      names = "--rows",
      defaultValue = "2000",
      description = "Rows, each as likely as the others (default ${DEFAULT-VALUE}).")
  private int rows = 2_000;

  @Option(
      names = "--writes",
      defaultValue = "10",
      description = "Percent of the operations that change a row (default ${DEFAULT-VALUE}).")
  private int writes = 10;

  private final ObjectMapper json = new ObjectMapper();

  public static void main(String[] args) {
    System.exit(new CommandLine(new CachedReads()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    System.err.println(Hardware.describe());
    ServersConfig wanted =
        ServersConfig.of(ServerKind.POSTGRES, ServerKind.REDIS).withProgress(System.err::println);
    try (Servers servers = Servers.start(wanted);
        ReadRig rig = new ReadRig(servers, rows, clients, writes)) {
      List<ReadResult> uncached = new ArrayList<>();
      List<ReadResult> cached = new ArrayList<>();
      System.err.println("warming up");
      rig.measure(ReadRig.Way.UNCACHED, 0, seconds);
      rig.measure(ReadRig.Way.CACHED, 0, seconds);
      for (int run = 1; run <= runs; run++) {
        uncached.add(print(rig.measure(ReadRig.Way.UNCACHED, run, seconds)));
        cached.add(print(rig.measure(ReadRig.Way.CACHED, run, seconds)));
      }
      printMedians("uncached", uncached);
      printMedians("cached", cached);
      boolean fresh = cached.stream().allMatch(result -> result.staleReads() == 0);
      return fresh ? OK : BROKEN;
    } catch (SQLException | StackException | IllegalStateException e) {
      System.err.println("benchmarks: " + e.getMessage());
      return COULD_NOT_RUN;
    }
  }

  private ReadResult print(ReadResult result) {
    try {
      System.out.println(json.writeValueAsString(result));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a result could not be written as JSON", e);
    }
    return result;
  }

  private static void printMedians(String what, List<ReadResult> results) {
    System.err.printf(
        "%-9s median of %d runs %,9.0f reads/s   p50 %.2f ms   p99 %.2f ms   hits %.1f %%   stale"
            + " reads %d%n",
        what,
        results.size(),
        median(results, ReadResult::readsPerSecond),
        median(results, ReadResult::p50Millis),
        median(results, ReadResult::p99Millis),
        median(results, ReadResult::hitPercent),
        results.stream().mapToLong(ReadResult::staleReads).sum());
  }

  private static double median(List<ReadResult> results, ToDoubleFunction<ReadResult> value) {
    List<Double> sorted =
        results.stream().map(value::applyAsDouble).sorted(Comparator.naturalOrder()).toList();
    return sorted.get(sorted.size() / 2);
  }
}

package dev.aftercommit.stack.demo;

import dev.aftercommit.stack.rest.Answer;
import dev.aftercommit.stack.rest.RestClient;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Measures how long a write takes to become visible: from the answer of the write to the answer of
 * the aggregator that includes it (asked for with the write's Consistency-Token). The clients go on
 * meanwhile, so a stall counts for each sample in it. An aggregator that is down is passed over for
 * the next one.
 */
final class LatencyProbe implements AutoCloseable {

  /** Each client takes a sample after this much time at most. */
  static final Duration INTERVAL = Duration.ofMillis(500);

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final int IN_FLIGHT = 1_000;
  private static final int KEPT_FAILURES = 5;

  private final RestClient rest;
  private final List<URI> aggregators;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore free = new Semaphore(IN_FLIGHT);
  private final Histogram micros = new ConcurrentHistogram(LIMIT.toNanos() / 500, 3);
  private final LongAdder skipped = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final ConcurrentLinkedQueue<String> firstFailures = new ConcurrentLinkedQueue<>();

  LatencyProbe(RestClient rest, List<URI> aggregators) {
    this.rest = rest;
    this.aggregators = aggregators;
  }

  /** Begins to wait for the write, unless too many samples are under way. */
  void sample(String token, String department, long answeredAt) {
    if (!free.tryAcquire()) {
      skipped.increment();
      return;
    }
    executor.execute(
        () -> {
          try {
            await(token, department, answeredAt);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } finally {
            free.release();
          }
        });
  }

  /** Waits until every sample is settled; each is within a minute of its write. */
  void finish() throws InterruptedException {
    executor.shutdown();
    if (!executor.awaitTermination(LIMIT.toMillis() + 5_000, TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("samples are still waiting after their limit of " + LIMIT);
    }
  }

  /** Latencies in microseconds. */
  Histogram micros() {
    return micros;
  }

  /** Writes that did not become visible within a minute. */
  long failures() {
    return failures.sum();
  }

  /** What happened to the first of these. */
  List<String> firstFailures() {
    return List.copyOf(firstFailures);
  }

  /** Samples not taken because too many were under way. */
  long skipped() {
    return skipped.sum();
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }

  private void await(String token, String department, long answeredAt) throws InterruptedException {
    int instance = (int) (answeredAt & 0xFF);
    String last = "";
    while (System.nanoTime() - answeredAt < LIMIT.toNanos()) {
      URI aggregator = aggregators.get(instance % aggregators.size());
      URI uri = aggregator.resolve("/departments/" + department + "/average-salary");
      try {
        Answer answer = rest.get(uri, Map.of("Consistency-Token", token));
        if (answer.isOk()) {
          micros.recordValue(
              Math.min(
                  micros.getHighestTrackableValue(), (System.nanoTime() - answeredAt) / 1_000));
          return;
        }
        last = uri + " answered " + answer.summary();
      } catch (IOException down) {
        last = uri + ": " + down;
        instance++;
      }
      Thread.sleep(PAUSE);
    }
    failures.increment();
    if (firstFailures.size() < KEPT_FAILURES) {
      firstFailures.add(last);
    }
  }
}

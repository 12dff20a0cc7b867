package dev.aftercommit.benchmarks.contention;

import dev.aftercommit.benchmarks.contention.Transfer.Outcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** Threads that transfer between random departments, as fast as they can, for a time. */
final class Clients {

  private static final int MAX_RETRIES = 200;
  private static final int MAX_AMOUNT = 100;
  private static final long LONGEST_PAUSE_MICROS = 10_000;
  private static final long FIRST_PAUSE_MICROS = 200;

  private final Departments departments;
  private final Cell cell;
  private final Duration duration;

  Clients(Departments departments, Cell cell, Duration duration) {
    this.departments = departments;
    this.cell = cell;
    this.duration = duration;
  }

  /** What all clients did together. */
  static final class Work {
    private final Histogram latencyMicros = new Histogram(3);
    private long transfers;
    private long refused;
    private long retries;
    private long givenUp;
    private double seconds;
    private final long[] received;

    private Work(int departments) {
      received = new long[departments];
    }

    /** What the committed transfers brought each department; negative when it gave more. */
    long[] received() {
      return received.clone();
    }

    long transfers() {
      return transfers;
    }

    long refused() {
      return refused;
    }

    long retries() {
      return retries;
    }

    long givenUp() {
      return givenUp;
    }

    double seconds() {
      return seconds;
    }

    double millisAtPercentile(double percentile) {
      return latencyMicros.getValueAtPercentile(percentile) / 1e3;
    }

    private void add(Work other) {
      latencyMicros.add(other.latencyMicros);
      transfers += other.transfers;
      refused += other.refused;
      retries += other.retries;
      givenUp += other.givenUp;
      seconds = Math.max(seconds, other.seconds);
      for (int i = 0; i < received.length; i++) {
        received[i] += other.received[i];
      }
    }
  }

  Work run() throws InterruptedException {
    List<Transfer> instances = new ArrayList<>();
    for (int i = 0; i < cell.way().instances(); i++) {
      instances.add(cell.way().newInstance());
    }
    CyclicBarrier start = new CyclicBarrier(cell.clients());
    Work all = new Work(cell.departments());
    try (ExecutorService pool = Executors.newFixedThreadPool(cell.clients())) {
      List<Future<Work>> running = new ArrayList<>();
      for (int i = 0; i < cell.clients(); i++) {
        running.add(pool.submit(client(instances.get(i % instances.size()), start)));
      }
      for (Future<Work> client : running) {
        all.add(client.get());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a client of %s failed: %s".formatted(cell, e.getCause()), e);
    }
    return all;
  }

  private Callable<Work> client(Transfer transfer, CyclicBarrier start) {
    return () -> {
      Work work = new Work(cell.departments());
      try (Connection connection = departments.connect()) {
        start.await();
        long begin = System.nanoTime();
        long end = begin + duration.toNanos();
        long now = begin;
        while (now < end) {
          transferOnce(transfer, connection, work);
          long after = System.nanoTime();
          work.latencyMicros.recordValue((after - now) / 1_000);
          now = after;
        }
        work.seconds = (now - begin) / 1e9;
      }
      return work;
    };
  }

  private void transferOnce(Transfer transfer, Connection connection, Work work)
      throws SQLException {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    int from = random.nextInt(cell.departments());
    int to = (from + 1 + random.nextInt(cell.departments() - 1)) % cell.departments();
    long amount = 1L + random.nextInt(MAX_AMOUNT);
    Outcome outcome = transfer.attempt(connection, from, to, amount);
    int retries = 0;
    while (outcome == Outcome.LOST && retries < MAX_RETRIES) {
      retries++;
      pause(retries);
      outcome = transfer.attempt(connection, from, to, amount);
    }
    work.retries += retries;
    switch (outcome) {
      case DONE -> {
        work.transfers++;
        work.received[from] -= amount;
        work.received[to] += amount;
      }
      case REFUSED -> work.refused++;
      case LOST -> work.givenUp++;
    }
  }

  /** Random and growing, so that the losers do not meet again. */
  private static void pause(int retry) {
    long longest = Math.min(LONGEST_PAUSE_MICROS, FIRST_PAUSE_MICROS << Math.min(retry - 1, 10));
    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(longest) * 1_000);
  }
}

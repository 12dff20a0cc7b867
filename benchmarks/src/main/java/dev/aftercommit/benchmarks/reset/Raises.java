package dev.aftercommit.benchmarks.reset;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/** Raises of random employees, one transaction each, until closed; keeps the longest. */
final class Raises implements AutoCloseable {

  private static final int THREADS = 4;
  private static final Duration PAUSE = Duration.ofMillis(2);

  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final List<Future<Seen>> running = new ArrayList<>();
  private volatile boolean over;

  private Raises() {}

  /** How many raises committed, and how long the longest took. */
  record Seen(long raises, double longestMillis) {

    Seen and(Seen other) {
      return new Seen(raises + other.raises, Math.max(longestMillis, other.longestMillis));
    }
  }

  static Raises start(DataSource dataSource, int employees) {
    Raises raises = new Raises();
    for (int i = 0; i < THREADS; i++) {
      raises.running.add(raises.threads.submit(() -> raises.raise(dataSource, employees)));
    }
    return raises;
  }

  /** Ends them and tells what they saw. */
  Seen end() throws InterruptedException {
    over = true;
    Seen all = new Seen(0, 0);
    for (Future<Seen> thread : running) {
      try {
        all = all.and(thread.get());
      } catch (ExecutionException e) {
        throw new IllegalStateException("a raise failed: " + e.getCause(), e);
      }
    }
    return all;
  }

  private Seen raise(DataSource dataSource, int employees) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement raise =
            connection.prepareStatement("UPDATE employee SET salary = salary + 1 WHERE id = ?")) {
      long count = 0;
      long longest = 0;
      while (!over) {
        raise.setLong(1, 1 + ThreadLocalRandom.current().nextLong(employees));
        long start = System.nanoTime();
        raise.executeUpdate();
        longest = Math.max(longest, System.nanoTime() - start);
        count++;
        LockSupport.parkNanos(PAUSE.toNanos());
      }
      return new Seen(count, longest / 1e6);
    }
  }

  @Override
  public void close() {
    over = true;
    threads.shutdown();
  }
}

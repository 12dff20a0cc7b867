package dev.aftercommit.lab.search;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Searches with several experiments at once, each on servers of its own. */
final class Lanes {

  /** What one lane does. */
  @FunctionalInterface
  interface Work {
    void in(Lane lane) throws SQLException, InterruptedException;
  }

  private Lanes() {}

  /** Lets all lanes work, and returns when all have ended. */
  static void run(List<Lane> lanes, Recorder recorder, Work work)
      throws SQLException, InterruptedException {
    if (lanes.size() == 1) {
      work.in(lanes.getFirst());
      return;
    }
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().name("lane-", 0).factory())) {
      List<Future<?>> running = new ArrayList<>();
      for (Lane lane : lanes) {
        running.add(threads.submit(() -> worked(lane, recorder, work)));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SQLException failure) {
        throw failure;
      }
      throw new IllegalStateException("A lane of the search failed", e.getCause());
    }
  }

  private static boolean worked(Lane lane, Recorder recorder, Work work)
      throws SQLException, InterruptedException {
    boolean ended = false;
    try {
      work.in(lane);
      ended = true;
    } finally {
      if (!ended) {
        recorder.abort();
      }
    }
    return ended;
  }
}

package dev.aftercommit.stack.process;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Waits, bounded, until something that was started answers a real client. */
public final class Readiness {

  private static final Duration PAUSE = Duration.ofMillis(50);

  private Readiness() {}

  /** One attempt of a client. */
  @FunctionalInterface
  public interface Probe {
    /** Fails unless it got its answer. */
    void run() throws Exception;
  }

  /**
   * Returns when the probe succeeds and the process is there: else it was another that answered.
   *
   * @throws StackException with the end of the log when the process ends, or the limit passes,
   *     before that
   */
  public static void await(String name, Probe probe, Lifecycle lifecycle, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      Exception failure = attempt(probe);
      boolean running = lifecycle.isRunning();
      if (failure == null && running) {
        return;
      }
      if (!running) {
        throw new StackException(
            "%s (%s) ended instead of starting. The end of its log:%n%s"
                .formatted(name, lifecycle.origin(), lifecycle.logTail()),
            failure);
      }
      if (System.nanoTime() > deadline) {
        throw new StackException(
            "%s (%s) did not answer within %d s; last answer: %s. The end of its log:%n%s"
                .formatted(
                    name, lifecycle.origin(), limit.toSeconds(), failure, lifecycle.logTail()),
            failure);
      }
      pause(name);
    }
  }

  private static @Nullable Exception attempt(Probe probe) {
    try {
      probe.run();
      return null;
    } catch (Exception e) {
      return e;
    }
  }

  private static void pause(String name) {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("Interrupted while waiting for " + name, e);
    }
  }
}

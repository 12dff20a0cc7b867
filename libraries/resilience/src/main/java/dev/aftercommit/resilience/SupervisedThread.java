package dev.aftercommit.resilience;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Background work that does not end in silence: whatever ends the task before it is stopped, an
 * {@link Error} included, is told to the {@link Outage}, and the task begins anew after a pause.
 * The task says {@link Outage#works} itself, once it really does.
 */
public final class SupervisedThread implements AutoCloseable {

  private final Thread thread;
  private final BackOff backOff;
  private final Duration stable;
  private final Outage outage;
  private final Task task;
  private final Duration stopLimit;
  private volatile boolean stopping;

  /** What the thread does; returns or throws only when it is to begin anew, or is stopped. */
  @FunctionalInterface
  public interface Task {
    void run() throws Exception;
  }

  /**
   * Does not start yet.
   *
   * @param first shortest pause before the task begins anew
   * @param longest longest pause; a task that ran for longer than this begins with the shortest
   * @param stopLimit how long {@link #close} lets the task end by itself, and again after an
   *     interrupt
   */
  public SupervisedThread(
      String name, Duration first, Duration longest, Duration stopLimit, Outage outage, Task task) {
    this.backOff = new BackOff(first, longest);
    this.stable = longest;
    this.stopLimit = stopLimit;
    this.outage = outage;
    this.task = task;
    this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /** Whether the task is to return. */
  public boolean isStopping() {
    return stopping;
  }

  /** Asks the task to stop, without waiting for it. */
  public void stop() {
    stopping = true;
  }

  /** Ends the task: asks, waits, interrupts, waits. */
  @Override
  public void close() {
    stopping = true;
    try {
      if (thread.getState() != Thread.State.NEW && !thread.join(stopLimit)) {
        thread.interrupt();
        thread.join(stopLimit);
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!stopping) {
      long begun = System.nanoTime();
      Throwable end = runOnce();
      if (stopping) {
        return;
      }
      if (System.nanoTime() - begun > stable.toNanos()) {
        backOff.reset();
      }
      outage.failed(
          end == null
              ? "ended without being asked to, begins anew"
              : "%s: %s".formatted(end.getClass().getSimpleName(), Outage.describe(end)));
      try {
        backOff.pause();
      } catch (InterruptedException e) {
        // Whoever stops this thread has said so; any other interrupt only ends the pause.
      }
    }
  }

  @SuppressWarnings("Interruption") // the flag belongs to this thread, which runs nothing else
  private @Nullable Throwable runOnce() {
    try {
      task.run();
      return null;
    } catch (Throwable e) { // an Error, too, must not end the work for ever
      Thread.interrupted();
      return e;
    }
  }
}

package dev.aftercommit.resilience;

import java.time.Duration;

/**
 * Work that must go on: it says {@link #made} whenever it got somewhere, and at least once in a
 * while when there was nothing to do. When it has not for longer than the limit although what it
 * depends on answers a connection of its own, only a restart helps, and liveness fails.
 */
public final class Progress {

  private final Duration limit;
  private final Dependencies dependencies;
  private volatile long lastMade = System.nanoTime();
  private volatile boolean stalled;

  /** Asks what the work depends on, over connections of its own that no pool or session shares. */
  @FunctionalInterface
  public interface Dependencies {
    /** Returns when all of it answers; bounded in time; throws whatever tells that it does not. */
    void check() throws Exception;
  }

  Progress(Duration limit, Dependencies dependencies) {
    this.limit = limit;
    this.dependencies = dependencies;
  }

  /** The work got somewhere, or found nothing to do. */
  public void made() {
    lastMade = System.nanoTime();
    if (stalled) {
      stalled = false;
    }
  }

  boolean isStalled() {
    return stalled;
  }

  /** How long nothing was made. */
  Duration pause() {
    return Duration.ofNanos(System.nanoTime() - lastMade);
  }

  /** Decides anew; an outage excuses, and gives the work the whole limit again once it is over. */
  void look() {
    if (pause().compareTo(limit) <= 0) {
      return;
    }
    long before = lastMade;
    try {
      dependencies.check();
      stalled = before == lastMade;
    } catch (Exception e) { // whatever it is: a dependency is away, which a restart does not mend
      if (!stalled) {
        lastMade = System.nanoTime();
      }
    }
  }
}

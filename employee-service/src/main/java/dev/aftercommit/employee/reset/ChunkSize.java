package dev.aftercommit.employee.reset;

import java.time.Duration;

/**
 * How many employees the next transaction takes: towards a wanted duration, never above a bound.
 */
final class ChunkSize {

  private static final int FIRST = 5_000;
  private static final int GROWTH = 4;

  private final int max;
  private final Duration target;
  private int size;

  ChunkSize(int max, Duration target) {
    this.max = max;
    this.target = target;
    this.size = Math.min(FIRST, max);
  }

  int get() {
    return size;
  }

  /** The last chunk was done in that time; at most {@value #GROWTH} times as many come next. */
  void done(Duration took) {
    double factor = Math.min(GROWTH, target.toNanos() / (double) Math.max(1, took.toNanos()));
    size = (int) Math.clamp(Math.round(size * factor), 1L, max);
  }

  /** The last chunk was cancelled: a row was locked, or there were too many. */
  void cancelled() {
    size = Math.max(1, size / GROWTH);
  }
}

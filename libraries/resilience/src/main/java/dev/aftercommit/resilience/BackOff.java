package dev.aftercommit.resilience;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Growing pauses between tries: each bound is twice the one before, up to the longest, and the
 * pause is taken by chance between half of the bound and all of it, so that several processes do
 * not come back at one moment ("equal jitter", Brooker: Exponential Backoff And Jitter, AWS 2015).
 * Not thread-safe.
 */
public final class BackOff {

  private static final int MOST_DOUBLINGS = 30;

  private final Duration first;
  private final Duration longest;
  private int failures;

  /**
   * Begins with the shortest pause.
   *
   * @throws IllegalArgumentException unless 0 &lt; first &lt;= longest
   */
  public BackOff(Duration first, Duration longest) {
    if (!first.isPositive() || first.compareTo(longest) > 0) {
      throw new IllegalArgumentException(
          "the first pause must be positive and not above the longest; found %s and %s"
              .formatted(first, longest));
    }
    this.first = first;
    this.longest = longest;
  }

  /** The pause after one more failure. */
  public Duration next() {
    failures = Math.min(failures + 1, MOST_DOUBLINGS);
    return after(failures, first, longest);
  }

  /** Waits for {@link #next}; nothing but an interrupt makes it shorter. */
  public void pause() throws InterruptedException {
    Thread.sleep(next());
  }

  /** A try succeeded: the next failure is a first one. */
  public void reset() {
    failures = 0;
  }

  /**
   * The pause after so many failures in a row, for callers that keep the count elsewhere.
   *
   * @param failures from 1 on
   */
  public static Duration after(int failures, Duration first, Duration longest) {
    Duration doubled = first.multipliedBy(1L << Math.clamp(failures - 1, 0, MOST_DOUBLINGS));
    Duration bound = doubled.compareTo(longest) < 0 ? doubled : longest;
    long half = bound.toNanos() / 2;
    return Duration.ofNanos(half + ThreadLocalRandom.current().nextLong(half + 1));
  }
}

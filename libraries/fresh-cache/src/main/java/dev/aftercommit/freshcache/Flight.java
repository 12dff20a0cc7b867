package dev.aftercommit.freshcache;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One load of a key that others of this process wait for. What it brings is good for a reader if
 * the load began after that reader, or if Redis accepted the fill after that reader began: then no
 * change had been announced until that moment.
 */
final class Flight<V> {

  private final CountDownLatch landed = new CountDownLatch(1);
  private final long loadBegun = System.nanoTime();
  private volatile @Nullable Landing<V> landing;

  private record Landing<V>(V value, long fillSent, boolean accepted) {}

  /** Ends with a value. */
  void land(V value, long fillSent, boolean accepted) {
    landing = new Landing<>(value, fillSent, accepted);
    landed.countDown();
  }

  /** Ends without one, if it has not ended. */
  void end() {
    landed.countDown();
  }

  /**
   * Waits for the end.
   *
   * @param readBegun when the waiting reader began, by {@link System#nanoTime}
   * @return null when there is no value in time that is fresh for this reader
   */
  @Nullable V join(long readBegun, Duration limit) {
    try {
      if (!landed.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
        return null;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
    Landing<V> end = landing;
    if (end == null) {
      return null;
    }
    boolean provenLater = end.accepted && end.fillSent - readBegun > 0;
    return provenLater || loadBegun - readBegun > 0 ? end.value : null;
  }
}

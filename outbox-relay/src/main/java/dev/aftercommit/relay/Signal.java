package dev.aftercommit.relay;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Wakes one waiting thread. A signal given while nobody waits is kept, so none is lost; several
 * count as one.
 */
final class Signal {

  private volatile boolean given;
  private volatile @Nullable Thread waiter;

  void give() {
    given = true;
    LockSupport.unpark(waiter);
  }

  /** Waits for a signal, at most this long, and takes it. */
  void await(Duration timeout) {
    waiter = Thread.currentThread();
    long deadline = System.nanoTime() + timeout.toNanos();
    long left = timeout.toNanos();
    while (!given && left > 0 && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(this, left);
      left = deadline - System.nanoTime();
    }
    given = false;
  }
}

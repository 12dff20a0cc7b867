package dev.aftercommit.employee.transactions;

import dev.aftercommit.employee.config.EmployeeServiceConfig;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The places at one row, and those who wait for one; first come, first served. */
final class RowQueue {

  private final Semaphore free;
  private final Semaphore waiting;
  private int users;

  RowQueue(int places, EmployeeServiceConfig.Bulkhead bounds) {
    this.free = new Semaphore(places, true);
    this.waiting = new Semaphore(bounds.maxWaiting());
  }

  /** One more knows this queue; called only while nobody else can find or drop it. */
  RowQueue entered() {
    users++;
    return this;
  }

  /** One less knows it; tells whether it was the last. */
  boolean left() {
    users--;
    return users == 0;
  }

  /** Takes a place if one is free and nobody waits for it. */
  boolean tryTake() {
    return !free.hasQueuedThreads() && free.tryAcquire();
  }

  /** Waits for a place, unless too many do; tells whether it has one. */
  boolean await(long nanos) throws InterruptedException {
    if (!waiting.tryAcquire()) {
      return false;
    }
    try {
      return free.tryAcquire(nanos, TimeUnit.NANOSECONDS);
    } finally {
      waiting.release();
    }
  }

  void giveBack() {
    free.release();
  }
}

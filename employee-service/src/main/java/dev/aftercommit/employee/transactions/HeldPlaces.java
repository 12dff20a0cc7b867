package dev.aftercommit.employee.transactions;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** The places that one use case has, over all its attempts; belongs to one thread. */
final class HeldPlaces implements AutoCloseable {

  private final Places places;
  private final long deadline;
  private final Map<Places.Row, RowQueue> held = new LinkedHashMap<>();

  HeldPlaces(Places places, Duration maxWait) {
    this.places = places;
    this.deadline = System.nanoTime() + maxWait.toNanos();
  }

  boolean has(Places.Row row) {
    return held.containsKey(row);
  }

  void add(Places.Row row, RowQueue queue) {
    held.put(row, queue);
  }

  /** Waits for a place at the row, until the deadline of the use case; tells whether it has one. */
  boolean await(Places.Row row) throws InterruptedException {
    RowQueue queue = places.enter(row);
    boolean taken = false;
    try {
      taken = queue.await(Math.max(0, deadline - System.nanoTime()));
    } finally {
      if (taken) {
        held.put(row, queue);
      } else {
        places.leave(row);
      }
    }
    return taken;
  }

  @Override
  public void close() {
    places.end();
    held.forEach(
        (row, queue) -> {
          queue.giveBack();
          places.leave(row);
        });
  }
}

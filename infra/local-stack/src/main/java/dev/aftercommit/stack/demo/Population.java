package dev.aftercommit.stack.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The employees the clients know of. Thread-safe. */
final class Population {

  /** So many are picked far more often than the others, so that clients meet on the same row. */
  private static final int HOT = 20;

  private static final int HOT_PERCENT = 10;

  private final List<String> ids = new ArrayList<>();

  synchronized void add(String id) {
    ids.add(id);
  }

  /** Any employee; one in ten times one of the few hot ones. */
  synchronized Optional<String> any(RandomGenerator random) {
    if (ids.isEmpty()) {
      return Optional.empty();
    }
    int bound = random.nextInt(100) < HOT_PERCENT ? Math.min(HOT, ids.size()) : ids.size();
    return Optional.of(ids.get(random.nextInt(bound)));
  }

  /** Takes an employee out, so that one client alone lets them go. */
  synchronized Optional<String> take(RandomGenerator random) {
    if (ids.isEmpty()) {
      return Optional.empty();
    }
    int index = random.nextInt(ids.size());
    String id = ids.get(index);
    String last = ids.removeLast();
    if (index < ids.size()) {
      ids.set(index, last);
    }
    return Optional.of(id);
  }

  synchronized int size() {
    return ids.size();
  }
}

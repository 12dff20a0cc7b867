package dev.aftercommit.relay;

import dev.aftercommit.relay.InFlightPage.Sent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One event of a key on its way at a time: the next one leaves when the broker has confirmed the
 * one before, so that a refused event can never be overtaken by a later one of its key. Different
 * keys do not wait for each other.
 */
final class KeyLanes {

  private final Set<String> busy = new HashSet<>();
  private final Map<String, ArrayDeque<Sent>> waitingByKey = new HashMap<>();

  /** Whether the event may leave now; otherwise it waits in its key's lane. */
  boolean enter(Sent sent) {
    String key = sent.event().key();
    if (busy.add(key)) {
      return true;
    }
    waitingByKey.computeIfAbsent(key, k -> new ArrayDeque<>()).add(sent);
    return false;
  }

  /** The event on its way has arrived: the next of its key, which may leave now, or null. */
  @Nullable Sent next(String key) {
    ArrayDeque<Sent> waiting = waitingByKey.get(key);
    if (waiting == null) {
      busy.remove(key);
      return null;
    }
    Sent next = waiting.remove();
    if (waiting.isEmpty()) {
      waitingByKey.remove(key);
    }
    return next;
  }

  /** The event on its way was refused: all that wait behind it, in order; the lane is closed. */
  List<Sent> close(String key) {
    busy.remove(key);
    ArrayDeque<Sent> waiting = waitingByKey.remove(key);
    return waiting == null ? List.of() : new ArrayList<>(waiting);
  }
}

package dev.aftercommit.lab.engine;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds who waits for each other in a circle. */
final class WaitGraph {

  private final Map<String, List<String>> waits;

  WaitGraph(Map<String, List<String>> waits) {
    this.waits = waits;
  }

  /**
   * The actors of one circle, each waiting for the next; empty if there is none. Who waits for a
   * connection of its own is in no circle: the server sees none either.
   */
  List<String> cycle() {
    for (String start : waits.keySet()) {
      List<String> found = search(start, start, new LinkedHashSet<>());
      if (!found.isEmpty()) {
        return found;
      }
    }
    return List.of();
  }

  private List<String> search(String start, String at, Set<String> path) {
    path.add(at);
    for (String next : waits.getOrDefault(at, List.of())) {
      if (next.equals(at)) {
        continue;
      }
      if (next.equals(start)) {
        return new ArrayList<>(path);
      }
      if (!path.contains(next)) {
        List<String> found = search(start, next, path);
        if (!found.isEmpty()) {
          return found;
        }
      }
    }
    path.remove(at);
    return List.of();
  }
}

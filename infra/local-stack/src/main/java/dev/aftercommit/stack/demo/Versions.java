package dev.aftercommit.stack.demo;

import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The versions of each employee that answers have named. A change makes a version that no other
 * change makes, and a request that changes nothing is answered with one that is known. So the first
 * answer with a version counts as a change, and each further one does not. Thread-safe.
 */
final class Versions {

  private final Map<String, BitSet> seen = new ConcurrentHashMap<>();

  /** Notes a version; whether it is the first time. */
  boolean isFirst(String employee, int version) {
    BitSet versions = seen.computeIfAbsent(employee, id -> new BitSet());
    synchronized (versions) {
      boolean first = !versions.get(version);
      versions.set(version);
      return first;
    }
  }
}

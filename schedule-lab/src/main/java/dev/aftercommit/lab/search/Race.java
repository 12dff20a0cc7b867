package dev.aftercommit.lab.search;

import dev.aftercommit.lab.engine.Event;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What came after the same choices, where the server chooses.
 *
 * @param seen the states that followed
 * @param first who has gone first
 * @param missing who might go first too
 */
record Race(Set<String> seen, Set<String> first, Set<String> missing) {

  static final Race NONE = new Race(Set.of(), Set.of(), Set.of());

  /** With another state that followed, in which the last event has let some go first. */
  Race and(String state, List<Event> events) {
    Set<String> allSeen = new HashSet<>(seen);
    allSeen.add(state);
    Set<String> allFirst = new HashSet<>(first);
    allFirst.addAll(events.getLast().wokenActors());
    Set<String> left = new HashSet<>(missing);
    left.addAll(WakeOrder.passedOver(events));
    left.removeAll(allFirst);
    return new Race(allSeen, allFirst, left);
  }
}

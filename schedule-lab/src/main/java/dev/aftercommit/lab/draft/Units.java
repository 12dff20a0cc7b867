package dev.aftercommit.lab.draft;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Groups transactions to what one actor does: those of one trace that follow each other in one
 * database. Those that a trace has at the same time are several actors.
 */
final class Units {

  /** Transactions of one actor. */
  private record Group(String trace, List<LoggedTransaction> members) {

    boolean isOverBefore(LoggedTransaction next) {
      return members.getLast().interval().probablyBefore(next.interval());
    }
  }

  private Units() {}

  /** The units, in the order of their beginnings; those that touch no table are left out. */
  static List<Unit> of(List<LoggedTransaction> transactions, Spans spans) {
    List<Group> groups = new ArrayList<>();
    Map<String, Group> latest = new HashMap<>();
    for (LoggedTransaction transaction : transactions) {
      String trace = spans.traceOf(transaction);
      String actor = transaction.database() + " " + trace;
      Group group = trace.isEmpty() ? null : latest.get(actor);
      if (group == null || !group.isOverBefore(transaction)) {
        group = new Group(trace, new ArrayList<>());
        groups.add(group);
        latest.put(actor, group);
      }
      group.members().add(transaction);
    }
    List<Unit> units = new ArrayList<>();
    for (Group group : groups) {
      String named = spans.nameOf(group.trace());
      String name = named.isEmpty() ? group.members().getFirst().application() : named;
      units.add(Unit.of(name, group.trace(), group.members()));
    }
    units.removeIf(unit -> unit.touches().isEmpty());
    return units;
  }
}

package dev.aftercommit.lab.search;

import dev.aftercommit.lab.engine.Chooser;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How things end when the actors act one after the other, in every order; learnt when asked. */
public final class SerialEnds {

  /** Runs one schedule. */
  @FunctionalInterface
  public interface Trial {

    /** Runs it without the idle actors, and adds its end to the others if it has one. */
    void run(Chooser chooser, Set<String> idle, Set<String> ends)
        throws SQLException, InterruptedException;
  }

  private final List<String> actors;
  private final Trial trial;
  private final Map<Set<String>, Set<String>> known = new HashMap<>();

  /** Nothing learnt yet. */
  public SerialEnds(List<String> actors, Trial trial) {
    this.actors = List.copyOf(actors);
    this.trial = trial;
  }

  /** The ends when these actors do nothing. */
  public Set<String> without(Set<String> idle) throws SQLException, InterruptedException {
    Set<String> ends = known.get(idle);
    if (ends == null) {
      ends = new HashSet<>();
      List<String> active = actors.stream().filter(actor -> !idle.contains(actor)).toList();
      for (List<String> order : orders(active)) {
        trial.run(serially(order), idle, ends);
      }
      known.put(Set.copyOf(idle), ends);
    }
    return ends;
  }

  /** Lets the first actor that can act do so; what others wait for comes from who is behind. */
  static Chooser serially(List<String> order) {
    return (decision, soFar) ->
        order.stream()
            .mapToInt(decision::indexOf)
            .filter(option -> option >= 0)
            .findFirst()
            .orElse(Chooser.CUT);
  }

  /** All orders of a few things. */
  static List<List<String>> orders(List<String> names) {
    if (names.isEmpty()) {
      return List.of(List.of());
    }
    List<List<String>> orders = new ArrayList<>();
    for (String first : names) {
      List<String> rest = names.stream().filter(name -> !name.equals(first)).toList();
      for (List<String> order : orders(rest)) {
        List<String> whole = new ArrayList<>(List.of(first));
        whole.addAll(order);
        orders.add(whole);
      }
    }
    return orders;
  }
}

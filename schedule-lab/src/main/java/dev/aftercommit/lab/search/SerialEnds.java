package dev.aftercommit.lab.search;

import dev.aftercommit.lab.engine.Chooser;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** How things end when the actors act one after the other, in every order. */
public final class SerialEnds {

  /** Runs one schedule. */
  @FunctionalInterface
  public interface Trial {

    /** Runs it, and adds its end to the others if it has one. */
    void run(Chooser chooser, Set<String> ends) throws SQLException, InterruptedException;
  }

  private SerialEnds() {}

  /** Runs every serial order of the actors. */
  public static Set<String> learn(List<String> actors, Trial trial)
      throws SQLException, InterruptedException {
    Set<String> ends = new HashSet<>();
    for (List<String> order : orders(actors)) {
      trial.run(serially(order), ends);
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

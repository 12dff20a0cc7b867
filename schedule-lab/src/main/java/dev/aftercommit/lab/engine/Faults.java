package dev.aftercommit.lab.engine;

import dev.aftercommit.lab.gate.Step;
import dev.aftercommit.lab.gate.Turn;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What may go wrong in a schedule.
 *
 * @param kinds for each fault the actors that it may hit; no actors at all means any
 * @param budget how many faults one schedule has at most
 */
public record Faults(Map<Turn, Set<String>> kinds, int budget) {

  /** Nothing goes wrong. */
  public static final Faults NONE = new Faults(Map.of(), 0);

  public Faults {
    kinds = Map.copyOf(kinds);
    if (kinds.keySet().stream().anyMatch(turn -> !turn.isFault()) || budget < 0) {
      throw new IllegalArgumentException("These are no faults: " + kinds + ", " + budget);
    }
  }

  /** What can go wrong at a step after so many faults, in a fixed order. */
  List<Turn> at(String actor, Step step, long soFar) {
    if (soFar >= budget) {
      return List.of();
    }
    return Turn.faults().stream()
        .filter(turn -> step.faults().contains(turn) && hits(turn, actor))
        .toList();
  }

  private boolean hits(Turn turn, String actor) {
    Set<String> actors = kinds.get(turn);
    return actors != null && (actors.isEmpty() || actors.contains(actor));
  }
}

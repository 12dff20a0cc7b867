package dev.aftercommit.lab.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A point where the schedule is decided: nobody runs.
 *
 * @param options in the order of the actors; never empty
 * @param signature the state of every actor as text: two runs of one schedule have the same
 * @param last who acted before; null at the first decision
 */
public record Decision(List<Option> options, String signature, @Nullable String last) {

  /** The place of the actor's option, or -1. */
  public int indexOf(@Nullable String actor) {
    for (int i = 0; i < options.size(); i++) {
      if (options.get(i).actor().equals(actor)) {
        return i;
      }
    }
    return -1;
  }
}

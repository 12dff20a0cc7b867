package dev.aftercommit.lab.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A point where the schedule is decided: nobody runs.
 *
 * @param options in the order of the actors, for each the undisturbed step first; never empty
 * @param signature the state of every actor as text: two runs of one schedule have the same
 * @param last who acted before; null at the first decision
 */
public record Decision(List<Option> options, String signature, @Nullable String last) {

  /** The place of the actor's first option, or -1. */
  public int indexOf(@Nullable String actor) {
    return indexOf(actor, 0);
  }

  /** The place of the actor's option that comes after so many others of it, or -1. */
  public int indexOf(@Nullable String actor, int after) {
    int left = after;
    for (int i = 0; i < options.size(); i++) {
      if (options.get(i).actor().equals(actor) && left-- == 0) {
        return i;
      }
    }
    return -1;
  }

  /** How many options of the same actor come before this one. */
  public int variantOf(int option) {
    String actor = options.get(option).actor();
    return (int) options.subList(0, option).stream().filter(o -> o.actor().equals(actor)).count();
  }
}

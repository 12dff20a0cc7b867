package dev.aftercommit.lab.search;

import java.util.List;

/**
 * How a schedule ended.
 *
 * @param broken what does not hold; empty if all does
 * @param state the final contents and the errors that actors saw, equal for equal ends
 */
public record Outcome(List<String> broken, String state) {

  /** Whether something does not hold. */
  public boolean fails() {
    return !broken.isEmpty();
  }
}

package dev.aftercommit.lab.engine;

import dev.aftercommit.lab.gate.Step;
import dev.aftercommit.lab.gate.Turn;

/**
 * What may happen next.
 *
 * @param actor who does it
 * @param step what it does, or waits for if it is the victim
 * @param turn what becomes of the step
 */
public record Option(String actor, Step step, Turn turn) {

  /** Whether the server's deadlock detection would end this waiting step. */
  public boolean victim() {
    return turn == Turn.VICTIM;
  }

  /** Whether something goes wrong that is not part of what went wrong before. */
  boolean isFault() {
    return turn.isFault() && !step.aftermath().contains(turn);
  }

  /** What tells it from the other options of the same decision. */
  public String key() {
    return actor + " " + turn + " " + step.fingerprint();
  }
}

package dev.aftercommit.consumer;

import org.jspecify.annotations.Nullable;

/**
 * What a replay did.
 *
 * @param id number of the parked message
 * @param outcome APPLIED and DUPLICATE take the message off the list, PARKED leaves it there
 * @param reason category under which it is still parked; absent otherwise
 * @param detail why it is still parked; absent otherwise
 */
public record ReplayOutcome(
    String id, Outcome outcome, @Nullable String reason, @Nullable String detail) {

  /** What became of the message. */
  public enum Outcome {
    APPLIED,
    DUPLICATE,
    PARKED
  }
}

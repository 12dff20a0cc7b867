package dev.aftercommit.lab.engine;

import dev.aftercommit.lab.gate.Reply;
import dev.aftercommit.lab.gate.Step;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of a schedule and what came of it before the next was decided.
 *
 * @param option what was chosen
 * @param reply the server's answer; null while it waits
 * @param blockedBy for whom it waits, if it waits
 * @param woken steps that had waited and were answered now, in the order seen
 */
public record Event(
    Option option, @Nullable Reply reply, List<String> blockedBy, List<Completion> woken) {

  /** A step that had waited, and its answer. */
  public record Completion(String actor, Step step, Reply reply) {}

  /** Whether the step began to wait. */
  public boolean waits() {
    return reply == null;
  }
}

package dev.aftercommit.lab.engine;

import dev.aftercommit.lab.gate.Reply;
import dev.aftercommit.lab.gate.Step;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One step of a schedule and what came of it before the next was decided.
 *
 * @param option what was chosen
 * @param reply the server's answer; null while it waits
 * @param blockedBy for whom it waits, if it waits
 * @param woken steps that had waited and were answered now, in the order seen
 * @param moved who had waited and was set in motion, answered or not: if there are several, the
 *     server chose who went first
 */
public record Event(
    Option option,
    @Nullable Reply reply,
    List<String> blockedBy,
    List<Completion> woken,
    List<Waiter> moved) {

  /** A step that had waited, and its answer. */
  public record Completion(String actor, Step step, Reply reply) {}

  /**
   * An actor that had waited.
   *
   * @param behind who stood before it in the queue for one row; empty if it stood in none
   */
  public record Waiter(String actor, Set<String> behind) {}

  /** Whether the step began to wait. */
  public boolean waits() {
    return reply == null;
  }

  /** Who was answered, though it had waited. */
  public List<String> wokenActors() {
    return woken.stream().map(Completion::actor).toList();
  }

  /** Whether the server chose who went first. */
  public boolean isRace() {
    return !woken.isEmpty() && moved.size() > 1;
  }
}

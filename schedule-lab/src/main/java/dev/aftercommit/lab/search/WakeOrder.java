package dev.aftercommit.lab.search;

import dev.aftercommit.lab.engine.Event;
import dev.aftercommit.lab.engine.Event.Waiter;
import dev.aftercommit.lab.gate.Reply;
import dev.aftercommit.lab.gate.Step;
import dev.aftercommit.lab.gate.postgres.SqlStep;
import dev.aftercommit.lab.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the server chooses: when one step sets several waiting ones in motion, who goes first.
 * PostgreSQL lets the first in the queue for a row go first, but not always if the row was changed.
 *
 * <p>Who overtakes has done nothing but wait: had it come first, all would be the same, unless
 * something in between was made visible, or depends on who waits. So an overtaking is a new
 * schedule only then; else the schedule in which they came in the other order shows it.
 */
final class WakeOrder {

  private WakeOrder() {}

  /** Whether the last event let somebody overtake, and another schedule shows the same. */
  static boolean isKnown(List<Event> events) {
    if (events.isEmpty() || !events.getLast().isRace()) {
      return false;
    }
    Event last = events.getLast();
    List<String> woken = last.wokenActors();
    return last.moved().stream()
        .filter(waiter -> woken.contains(waiter.actor()))
        .anyMatch(
            waiter ->
                last.moved().stream()
                    .map(Waiter::actor)
                    .filter(other -> waiter.behind().contains(other) && !woken.contains(other))
                    .anyMatch(other -> couldHaveComeOtherwise(waiter.actor(), other, events)));
  }

  /** Who might have gone first in the last event, and did not; without what is known already. */
  static Set<String> passedOver(List<Event> events) {
    Set<String> wanted = new HashSet<>();
    if (events.isEmpty() || !events.getLast().isRace()) {
      return wanted;
    }
    Event last = events.getLast();
    List<String> woken = last.wokenActors();
    for (Waiter waiter : last.moved()) {
      boolean known =
          waiter.behind().stream()
              .filter(woken::contains)
              .anyMatch(other -> couldHaveComeOtherwise(waiter.actor(), other, events));
      if (!woken.contains(waiter.actor()) && !known) {
        wanted.add(waiter.actor());
      }
    }
    return wanted;
  }

  /**
   * Whether several were answered at once by an event, and what one does may depend on the locks of
   * another: then their order matters, and cannot be seen.
   */
  static boolean isHidden(Event event) {
    return event.woken().size() > 1
        && event.woken().stream().anyMatch(woken -> dependsOnLocks(woken.step()));
  }

  /** Whether all would be the same if the two had begun to wait in the other order. */
  private static boolean couldHaveComeOtherwise(String one, String other, List<Event> events) {
    int from = Math.min(beganToWait(one, events), beganToWait(other, events));
    int to = Math.max(beganToWait(one, events), beganToWait(other, events));
    if (from < 0 || dependsOnLocks(events.get(from).option().step())) {
      return false;
    }
    for (Event between : events.subList(from + 1, to + 1)) {
      Reply reply = between.reply();
      boolean failed = reply != null && reply.failed();
      if (failed
          || between.option().turn().isFault()
          || between.option().victim()
          || !between.woken().isEmpty()
          || isVisible(between.option().step())
          || dependsOnLocks(between.option().step())) {
        return false;
      }
    }
    return true;
  }

  /** The place of the event in which the actor began to wait; it has not acted since. */
  private static int beganToWait(String actor, List<Event> events) {
    for (int at = events.size() - 2; at >= 0; at--) {
      if (events.get(at).option().actor().equals(actor)) {
        return at;
      }
    }
    return -1;
  }

  private static boolean isVisible(Step step) {
    return step instanceof SqlStep sql
        && (sql.kind() == SqlStep.Kind.AUTOCOMMIT_COMMIT
            || sql.kind() == SqlStep.Kind.DISCONNECT
            || sql.statements().stream().anyMatch(WakeOrder::isVisible));
  }

  private static boolean isVisible(Statement statement) {
    return statement.kind() == Statement.Kind.COMMIT
        || statement.kind() == Statement.Kind.ROLLBACK
        || statement.kind() == Statement.Kind.OTHER;
  }

  private static boolean dependsOnLocks(Step step) {
    return step.statements().stream().anyMatch(Statement::dependsOnLocks);
  }
}

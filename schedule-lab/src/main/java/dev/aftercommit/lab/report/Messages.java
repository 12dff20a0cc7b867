package dev.aftercommit.lab.report;

import dev.aftercommit.lab.engine.Event;
import dev.aftercommit.lab.engine.Option;
import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.gate.amqp.AmqpStep;
import dev.aftercommit.lab.report.History.Act;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What goes wrong with messages: sent or not, taken twice, or in the wrong order. */
final class Messages {

  private final List<Event> events;
  private final History history;

  Messages(List<Event> events, History history) {
    this.events = events;
    this.history = history;
  }

  /** Makes the effect of one message twice. */
  @Nullable String duplicate() {
    for (Act first : history.acts(Act::receives)) {
      for (Act again : history.acts(act -> act.receives() && act.time() > first.time())) {
        int repeated = repeatedAt(first.time(), again.time());
        boolean twice =
            repeated > 0
                && first.access().sharesQueue(again.access())
                && changes(first)
                && changes(again);
        if (twice) {
          return "%s gets a message from %s at %d, and again at %d (%s at %d), and makes its change both times: duplicate delivery (cf. Elle's duplicate writes)."
              .formatted(
                  first.actor(),
                  place(first),
                  first.time(),
                  again.time(),
                  events.get(repeated - 1).option().turn().label().replace('-', ' '),
                  repeated);
        }
      }
    }
    return null;
  }

  private int repeatedAt(int from, int to) {
    for (int time = from; time < to; time++) {
      Turn turn = events.get(time - 1).option().turn();
      if (turn == Turn.DUPLICATE || turn.kills()) {
        return time;
      }
    }
    return 0;
  }

  private boolean changes(Act message) {
    return history.acts(Act::changes).stream()
        .anyMatch(act -> History.inOrder(message, act) && history.visible(act) != History.NEVER);
  }

  /** Gets the older message first, and writes last. */
  @Nullable String outOfOrder() {
    for (Act older : history.acts(Act::receives)) {
      for (Act newer : history.acts(act -> act.receives() && act.time() > older.time())) {
        for (Act last : history.acts(act -> act.changes() && History.inOrder(older, act))) {
          for (Act replaced : history.acts(act -> act.changes() && History.inOrder(newer, act))) {
            if (older.access().sharesQueue(newer.access()) && history.replaces(last, replaced)) {
              return "%s gets a message from %s at %d, %s the next one at %d and commits its change at %d; at %d %s writes over it what the older message says: messages out of order (cf. lost update)."
                  .formatted(
                      older.actor(),
                      place(older),
                      older.time(),
                      newer.actor(),
                      newer.time(),
                      history.visible(replaced),
                      last.time(),
                      older.actor());
            }
          }
        }
      }
    }
    return null;
  }

  /** Publishes what it does not commit. */
  @Nullable String notCommitted() {
    for (Act publish : history.acts(Act::publishes)) {
      for (Act write : history.acts(act -> isChangeOf(publish.actor(), act))) {
        if (history.visible(write) == History.NEVER) {
          return "at %d %s publishes to %s; its change of %s at %d is never committed. The message tells of what never was: G1a (aborted read) through the queue."
              .formatted(
                  publish.time(),
                  publish.actor(),
                  place(publish),
                  write.access().written(),
                  write.time());
        }
      }
    }
    return null;
  }

  /** Commits what it does not publish. */
  @Nullable String notPublished() {
    for (int time = 1; time <= events.size(); time++) {
      Option option = events.get(time - 1).option();
      String actor = option.actor();
      if (option.turn().isFault() && isPublish(option) && !publishesAfter(actor, time)) {
        for (Act write : history.acts(act -> isChangeOf(actor, act))) {
          if (history.visible(write) < time) {
            return "%s commits its change of %s at %d; at %d its message is not sent (%s). Nothing ties the two together: no atomicity across systems (no standard name)."
                .formatted(
                    actor,
                    write.access().written(),
                    history.visible(write),
                    time,
                    option.turn().label().replace('-', ' '));
          }
        }
      }
    }
    return null;
  }

  private static boolean isPublish(Option option) {
    return option.step() instanceof AmqpStep amqp && amqp.kind() == AmqpStep.Kind.PUBLISH;
  }

  private boolean publishesAfter(String actor, int time) {
    return history.acts(Act::publishes).stream()
        .anyMatch(act -> act.actor().equals(actor) && act.time() >= time);
  }

  private static boolean isChangeOf(String actor, Act act) {
    return act.changes() && act.actor().equals(actor);
  }

  private static String place(Act act) {
    return Access.words(act.access().queues());
  }
}

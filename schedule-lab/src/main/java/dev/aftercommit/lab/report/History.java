package dev.aftercommit.lab.report;

import dev.aftercommit.lab.engine.Event;
import dev.aftercommit.lab.gate.Reply;
import dev.aftercommit.lab.gate.Step;
import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.gate.postgres.SqlStep;
import dev.aftercommit.lab.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Who read and wrote what when in a schedule, and when it could be seen by others. */
final class History {

  /** Later than every step: never. */
  static final int NEVER = Integer.MAX_VALUE;

  private static final Pattern END_OF_STATEMENT = Pattern.compile(";(?=(?:[^']*'[^']*')*[^']*$)");

  /**
   * One statement, or one command of another server.
   *
   * @param begun the step in the schedule at which it was sent
   * @param time the step at which it was answered; later if it has waited
   * @param transaction which one of its actor's
   * @param found whether there was a row
   */
  record Act(
      int begun,
      int time,
      String actor,
      int transaction,
      Access access,
      String text,
      boolean found) {}

  private final boolean snapshots;
  private final List<Act> acts = new ArrayList<>();

  /** By actor: when its transactions became visible. */
  private final Map<String, List<Integer>> ends = new HashMap<>();

  /** Actors whose transaction has failed. */
  private final Set<String> failed = new HashSet<>();

  /** By actor that waits: since when. */
  private final Map<String, Integer> waiting = new HashMap<>();

  /**
   * Reads a schedule.
   *
   * @param snapshots whether a transaction sees what was committed at its first statement
   */
  History(List<Event> events, boolean snapshots) {
    this.snapshots = snapshots;
    for (int i = 0; i < events.size(); i++) {
      Event event = events.get(i);
      Turn turn = event.option().turn();
      String actor = event.option().actor();
      Reply reply = event.reply();
      if (turn.kills() || turn == Turn.LOST_BEFORE_COMMIT) {
        end(actor, NEVER);
      } else if (turn == Turn.LOST_AFTER_COMMIT) {
        end(actor, i + 1);
      } else if (reply != null) {
        add(i + 1, actor, event.option().step(), reply);
      } else {
        waiting.put(actor, i + 1);
      }
      for (Event.Completion woken : event.woken()) {
        add(i + 1, woken.actor(), woken.step(), woken.reply());
      }
    }
  }

  private void end(String actor, int visible) {
    ends.computeIfAbsent(actor, name -> new ArrayList<>())
        .add(failed.remove(actor) ? NEVER : visible);
  }

  private void add(int time, String actor, Step step, Reply reply) {
    Integer waits = waiting.remove(actor);
    int begun = waits == null ? time : waits;
    if (reply.failed()) {
      failed.add(actor);
    }
    if (!(step instanceof SqlStep sql)) {
      acts.add(new Act(begun, time, actor, -1, Access.of(step.effect()), step.text(), true));
    } else if (sql.kind() == SqlStep.Kind.AUTOCOMMIT_COMMIT) {
      end(actor, time);
    } else {
      String[] texts = END_OF_STATEMENT.split(step.text(), -1);
      for (int i = 0; i < step.statements().size(); i++) {
        String text = texts.length < step.statements().size() ? step.text() : texts[i];
        String tag = i < reply.tags().size() ? reply.tags().get(i) : "";
        Statement statement = step.statements().get(i);
        switch (statement.kind()) {
          case COMMIT -> end(actor, time);
          case ROLLBACK -> end(actor, NEVER);
          case READ, WRITE -> {
            if (!reply.failed()) {
              acts.add(act(begun, time, actor, statement, text, !tag.endsWith(" 0")));
            }
          }
          case LOCAL, OTHER -> {}
        }
      }
      if (reply.failed() && sql.kind() == SqlStep.Kind.AUTOCOMMIT_STATEMENT) {
        end(actor, NEVER);
      }
    }
  }

  private Act act(
      int begun, int time, String actor, Statement statement, String text, boolean found) {
    Access access = Access.of(statement, text);
    int transaction = ends.getOrDefault(actor, List.of()).size();
    return new Act(
        begun, time, actor, transaction, found ? access : access.withoutWrites(), text, found);
  }

  /** In the order in which they happened. */
  List<Act> acts() {
    return acts;
  }

  /** When others could see what it has written; {@link #NEVER} if its transaction has not ended. */
  int visible(Act act) {
    if (act.transaction() < 0) {
      return act.time();
    }
    List<Integer> known = ends.getOrDefault(act.actor(), List.of());
    return act.transaction() < known.size() ? known.get(act.transaction()) : NEVER;
  }

  /** The moment whose committed rows it reads. */
  int snapshot(Act act) {
    return !snapshots || act.access().locks()
        ? act.time()
        : acts.stream()
            .filter(a -> a.actor().equals(act.actor()) && a.transaction() == act.transaction())
            .mapToInt(Act::begun)
            .min()
            .orElse(act.time());
  }

  /** Whether the first reads a version of what the second replaces: an edge rw. */
  boolean misses(Act reader, Act writer) {
    return !reader.actor().equals(writer.actor())
        && reader.access().sees(writer.access())
        && snapshot(reader) < visible(writer)
        && visible(writer) != NEVER;
  }

  /** Whether the first replaces a version that the second has committed: an edge ww. */
  boolean replaces(Act later, Act earlier) {
    return !later.actor().equals(earlier.actor())
        && later.access().overwrites(earlier.access())
        && visible(earlier) <= later.time()
        && visible(later) != NEVER;
  }

  /** Whether both belong to one actor, and the first comes first. */
  static boolean inOrder(Act first, Act second) {
    return first.actor().equals(second.actor()) && first.time() < second.time();
  }
}

package dev.aftercommit.lab.report;

import dev.aftercommit.lab.engine.Event;
import dev.aftercommit.lab.gate.Reply;
import dev.aftercommit.lab.gate.Step;
import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.gate.amqp.AmqpStep;
import dev.aftercommit.lab.gate.postgres.SqlStep;
import dev.aftercommit.lab.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Who read and wrote what when in a schedule, and when it could be seen by others. */
final class History {

  /** Later than every step: never. */
  static final int NEVER = Integer.MAX_VALUE;

  private static final int OUTSIDE = -1;

  /** What Redis answers if there is no such key. */
  private static final String MISS = "(nil)";

  private static final Pattern END_OF_STATEMENT = Pattern.compile(";(?=(?:[^']*'[^']*')*[^']*$)");

  /**
   * One statement, or one command of another server.
   *
   * @param begun the step in the schedule at which it was sent
   * @param time the step at which it was answered; later if it has waited
   * @param transaction which one of its actor's; {@link #OUTSIDE} if it is not of the database
   * @param found whether there was a row, or a value
   */
  record Act(
      int begun, int time, String actor, int transaction, Access access, Step step, boolean found) {

    /** Whether it is not of the database, and nothing can undo it. */
    boolean isOutside() {
      return transaction == OUTSIDE;
    }

    /** Whether it changes rows. */
    boolean changes() {
      return !isOutside() && !access.writes().isEmpty();
    }

    /** Whether it changes keys of the cache. */
    boolean puts() {
      return isOutside() && !access.writes().isEmpty();
    }

    /** Whether it gives the broker a message. */
    boolean publishes() {
      return step instanceof AmqpStep amqp && amqp.kind() == AmqpStep.Kind.PUBLISH;
    }

    /** Whether it takes a message from the broker. */
    boolean receives() {
      return step instanceof AmqpStep amqp
          && (amqp.kind() == AmqpStep.Kind.DELIVER || amqp.kind() == AmqpStep.Kind.GET);
    }
  }

  private final boolean snapshots;
  private final List<Act> acts = new ArrayList<>();

  private record End(int time, boolean commits) {}

  /** By actor: how its transactions ended. */
  private final Map<String, List<End>> ends = new HashMap<>();

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
      switch (turn) {
        case KILL, CONSUMER_DIES, LOST_BEFORE_COMMIT -> end(actor, i + 1, false);
        case LOST_AFTER_COMMIT -> end(actor, i + 1, true);
        case NACK, REDIS_UNAVAILABLE -> {}
        case RUN, VICTIM, REFUSE, CONFIRM_LOST, DUPLICATE -> {
          if (reply == null) {
            waiting.put(actor, i + 1);
          } else {
            add(i + 1, actor, event.option().step(), reply);
          }
        }
      }
      for (Event.Completion woken : event.woken()) {
        add(i + 1, woken.actor(), woken.step(), woken.reply());
      }
    }
  }

  private void end(String actor, int time, boolean commits) {
    ends.computeIfAbsent(actor, name -> new ArrayList<>())
        .add(new End(time, commits && !failed.contains(actor)));
    failed.remove(actor);
  }

  private void add(int time, String actor, Step step, Reply reply) {
    Integer waits = waiting.remove(actor);
    int begun = waits == null ? time : waits;
    if (step instanceof SqlStep sql) {
      add(begun, time, actor, sql, reply);
    } else if (!reply.failed()) {
      boolean found = !reply.summary().equals(MISS);
      acts.add(new Act(begun, time, actor, OUTSIDE, Access.of(step.effect()), step, found));
    }
  }

  private void add(int begun, int time, String actor, SqlStep step, Reply reply) {
    if (reply.failed()) {
      failed.add(actor);
    }
    if (step.kind() == SqlStep.Kind.AUTOCOMMIT_COMMIT) {
      end(actor, time, true);
      return;
    }
    String[] texts = END_OF_STATEMENT.split(step.text(), -1);
    for (int i = 0; i < step.statements().size(); i++) {
      Statement statement = step.statements().get(i);
      String text = texts.length < step.statements().size() ? step.text() : texts[i];
      String tag = i < reply.tags().size() ? reply.tags().get(i) : "";
      switch (statement.kind()) {
        case COMMIT -> end(actor, time, true);
        case ROLLBACK -> end(actor, time, false);
        case READ, WRITE -> {
          if (!reply.failed()) {
            boolean found = !tag.endsWith(" 0");
            Access all = Access.of(statement, text);
            Access access = found ? all : all.withoutWrites();
            int transaction = ends.getOrDefault(actor, List.of()).size();
            acts.add(new Act(begun, time, actor, transaction, access, step, found));
          }
        }
        case LOCAL, OTHER -> {}
      }
    }
    if (reply.failed() && step.kind() == SqlStep.Kind.AUTOCOMMIT_STATEMENT) {
      end(actor, time, false);
    }
  }

  /** In the order in which they happened. */
  List<Act> acts() {
    return acts;
  }

  /** Some of them. */
  List<Act> acts(Predicate<Act> which) {
    return acts.stream().filter(which).toList();
  }

  /** When others could see what it has written; {@link #NEVER} if it was not committed. */
  int visible(Act act) {
    if (act.isOutside()) {
      return act.time();
    }
    List<End> known = ends.getOrDefault(act.actor(), List.of());
    boolean commits = act.transaction() < known.size() && known.get(act.transaction()).commits();
    return commits ? known.get(act.transaction()).time() : NEVER;
  }

  /** The moment whose committed rows it reads. */
  int snapshot(Act act) {
    return !snapshots || act.isOutside() || act.access().locks()
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

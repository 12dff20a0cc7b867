package dev.aftercommit.lab.search;

import dev.aftercommit.lab.engine.Chooser;
import dev.aftercommit.lab.engine.Decision;
import dev.aftercommit.lab.engine.Event;
import dev.aftercommit.lab.engine.Option;
import dev.aftercommit.lab.engine.Run;
import dev.aftercommit.lab.search.Recorder.Extent;
import dev.aftercommit.lab.sql.Effect;
import dev.aftercommit.lab.sql.Relation;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Depth-first search with sleep sets (Godefroid 1996): what was tried at a place need not be tried
 * again after a step that does not conflict with it.
 */
final class SleepSets {

  private static final int REPEATS = 20;

  private final Recorder recorder;
  private final Relation relation;
  private final List<Node> path = new ArrayList<>();
  private @Nullable String difference;

  SleepSets(Recorder recorder, Relation relation) {
    this.recorder = recorder;
    this.relation = relation;
  }

  /** A place on the current path. */
  private static final class Node {
    final Decision decision;

    /** Options, by key, that need not be tried here, and what they did where they were tried. */
    final Map<String, Effect> asleep;

    int current;

    Node(Decision decision, Map<String, Effect> asleep) {
      this.decision = decision;
      this.asleep = asleep;
    }

    /** Moves on to the first option that is awake. */
    boolean wake() {
      for (int i = 0; i < decision.options().size(); i++) {
        if (!asleep.containsKey(decision.options().get(i).key())) {
          current = i;
          return true;
        }
      }
      return false;
    }

    Option option() {
      return decision.options().get(current);
    }
  }

  /** Searches. */
  Extent search() throws SQLException, InterruptedException {
    int repeats = 0;
    while (!recorder.isSpent()) {
      difference = null;
      Run run = recorder.run(this::choose);
      String found = difference;
      if (found != null) {
        if (++repeats == REPEATS) {
          recorder.nondeterministic(
              "the same choices gave another state %d times: %s".formatted(REPEATS, found));
        }
        continue;
      }
      repeats = 0;
      if (run.end() == Run.End.UNSOUND) {
        return Extent.PART;
      }
      if (!backtrack(run.events())) {
        return Extent.ALL;
      }
    }
    return Extent.PART;
  }

  private int choose(Decision decision, Run.Progress soFar) {
    int at = soFar.decisions().size();
    if (at < path.size()) {
      Node node = path.get(at);
      if (!node.decision.signature().equals(decision.signature())) {
        difference =
            "expected [%s], found [%s]".formatted(node.decision.signature(), decision.signature());
        return Chooser.CUT;
      }
      return node.current;
    }
    Node node = new Node(decision, asleepAfter(soFar.events()));
    if (!node.wake()) {
      return Chooser.CUT;
    }
    path.add(node);
    return node.current;
  }

  /** Who sleeps on after the last event: those that it does not conflict with. */
  private Map<String, Effect> asleepAfter(List<Event> events) {
    Map<String, Effect> asleep = new HashMap<>();
    if (!path.isEmpty()) {
      Effect last = Effects.of(relation, events).getLast();
      String moved = events.getLast().option().actor() + " ";
      path.getLast()
          .asleep
          .forEach(
              (option, effect) -> {
                // Whoever moved has other options now.
                if (!option.startsWith(moved) && !effect.conflictsWith(last)) {
                  asleep.put(option, effect);
                }
              });
    }
    return asleep;
  }

  private boolean backtrack(List<Event> events) {
    List<Effect> effects = Effects.of(relation, events);
    while (!path.isEmpty()) {
      Node node = path.getLast();
      int at = path.size() - 1;
      node.asleep.put(
          node.option().key(), at < effects.size() ? effects.get(at) : Effect.EVERYTHING);
      if (node.wake()) {
        return true;
      }
      path.removeLast();
    }
    return false;
  }
}

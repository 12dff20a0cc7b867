package dev.aftercommit.lab.search;

import dev.aftercommit.lab.engine.Chooser;
import dev.aftercommit.lab.engine.Decision;
import dev.aftercommit.lab.engine.Event;
import dev.aftercommit.lab.engine.Option;
import dev.aftercommit.lab.engine.Run;
import dev.aftercommit.lab.gate.Turn;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes a failing schedule smaller and keeps what it breaks: fewer actors, then fewer faults, then
 * fewer interruptions. An actor is left out only if the others break nothing one after the other
 * without it: else the invariant asks for what that actor does.
 */
public final class Shrinker {

  private static final Comparator<Found> SIZE =
      Comparator.comparingInt((Found found) -> new HashSet<>(found.run().order()).size())
          .thenComparingLong(
              found -> found.run().events().stream().filter(Shrinker::isFault).count())
          .thenComparingInt(found -> found.run().preemptions())
          .thenComparingInt(found -> found.run().events().size());

  private final Experiment experiment;
  private final Map<Set<String>, Boolean> meaningful = new HashMap<>();
  private int runs;

  /** What shall happen next, if it can. */
  private record Wish(String actor, Turn turn, String fingerprint) {

    static Wish of(Event event) {
      Option option = event.option();
      return new Wish(option.actor(), option.turn(), option.step().fingerprint());
    }
  }

  private Shrinker(Experiment experiment, int runs) {
    this.experiment = experiment;
    this.runs = runs;
  }

  /**
   * The smallest schedule found that breaks the same.
   *
   * @param runs how many schedules are run at most
   */
  public static Found shrink(Experiment experiment, Found failing, int runs)
      throws SQLException, InterruptedException {
    Shrinker shrinker = new Shrinker(experiment, runs);
    Found smallest = failing;
    for (Found smaller = failing; smaller != null; smaller = shrinker.smallerThan(smallest)) {
      smallest = smaller;
    }
    return smallest;
  }

  private @Nullable Found smallerThan(Found found) throws SQLException, InterruptedException {
    Set<String> active = new HashSet<>(found.run().order());
    if (experiment.mayBeIdle()) {
      for (String actor : experiment.actors()) {
        Set<String> idle = new HashSet<>(experiment.actors());
        idle.removeAll(active);
        if (active.contains(actor) && idle.add(actor) && isMeaningful(idle, found)) {
          List<Wish> others = new ArrayList<>(wishes(found));
          others.removeIf(wish -> wish.actor().equals(actor));
          Found smaller = attempt(others, idle, found);
          if (smaller != null) {
            return smaller;
          }
        }
      }
    }
    // Who had nothing to do here, as a consumer without a message, may have it in a smaller one.
    Set<String> without = found.run().idle(experiment.actors());
    Set<String> idle = without.isEmpty() || isMeaningful(without, found) ? without : Set.of();
    for (List<Wish> candidate : candidates(found)) {
      Found smaller = attempt(candidate, idle, found);
      if (smaller != null) {
        return smaller;
      }
    }
    return null;
  }

  private static List<Wish> wishes(Found found) {
    return found.run().events().stream().map(Wish::of).toList();
  }

  /** Orders with one fault less, or with one actor's next steps moved up to its last ones. */
  private static List<List<Wish>> candidates(Found found) {
    List<List<Wish>> candidates = new ArrayList<>();
    List<Wish> order = wishes(found);
    for (int at = 0; at < order.size(); at++) {
      Wish wish = order.get(at);
      if (wish.turn().isFault()) {
        List<Wish> undisturbed = new ArrayList<>(order);
        undisturbed.set(at, new Wish(wish.actor(), Turn.RUN, wish.fingerprint()));
        candidates.add(undisturbed);
      }
    }
    for (int at = 1; at < order.size(); at++) {
      String before = order.get(at - 1).actor();
      if (!order.get(at).actor().equals(before)) {
        int next = next(order, at, before);
        int end = next;
        while (end < order.size() && order.get(end).actor().equals(before)) {
          end++;
        }
        if (next < order.size()) {
          List<Wish> moved = new ArrayList<>(order.subList(0, at));
          moved.addAll(order.subList(next, end));
          moved.addAll(order.subList(at, next));
          moved.addAll(order.subList(end, order.size()));
          candidates.add(moved);
        }
      }
    }
    return candidates;
  }

  private static int next(List<Wish> order, int from, String actor) {
    int at = from;
    while (at < order.size() && !order.get(at).actor().equals(actor)) {
      at++;
    }
    return at;
  }

  /** Runs it; null if it does not break the same, or is no smaller. */
  private @Nullable Found attempt(List<Wish> order, Set<String> idle, Found found)
      throws SQLException, InterruptedException {
    Found ended = run(following(order), idle);
    boolean same =
        ended != null
            && ended.outcome().broken().equals(found.outcome().broken())
            && SIZE.compare(ended, found) < 0;
    return same ? ended : null;
  }

  private @Nullable Found run(Chooser chooser, Set<String> idle)
      throws SQLException, InterruptedException {
    if (runs-- <= 0) {
      return null;
    }
    Run run = experiment.run(chooser, idle);
    boolean ended = run.end() == Run.End.COMPLETE || run.end() == Run.End.STUCK;
    return ended ? new Found(run, experiment.judge(run)) : null;
  }

  /** Does what is wished as far as it can be done, and lets actors go on where it cannot. */
  private static Chooser following(List<Wish> order) {
    List<Wish> left = new ArrayList<>();
    return (Decision decision, Run.Progress soFar) -> {
      if (soFar.events().isEmpty()) {
        left.clear();
        left.addAll(order);
      }
      while (!left.isEmpty()) {
        Wish wish = left.removeFirst();
        int option = optionFor(wish, decision);
        if (option >= 0) {
          return option;
        }
      }
      return Math.max(0, decision.indexOf(decision.last()));
    };
  }

  private static int optionFor(Wish wish, Decision decision) {
    for (int at = 0; at < decision.options().size(); at++) {
      Option option = decision.options().get(at);
      if (option.actor().equals(wish.actor())
          && option.turn() == wish.turn()
          && option.step().fingerprint().equals(wish.fingerprint())) {
        return at;
      }
    }
    // Other values may lead to other steps; a fault needs its own.
    return wish.turn() == Turn.RUN ? decision.indexOf(wish.actor()) : -1;
  }

  /** Whether what is broken holds in every serial order without these actors. */
  private boolean isMeaningful(Set<String> idle, Found found)
      throws SQLException, InterruptedException {
    Boolean known = meaningful.get(idle);
    if (known == null) {
      known = holdsSerially(idle, found);
      meaningful.put(Set.copyOf(idle), known);
    }
    return known;
  }

  private boolean holdsSerially(Set<String> idle, Found found)
      throws SQLException, InterruptedException {
    List<String> active =
        experiment.actors().stream().filter(actor -> !idle.contains(actor)).toList();
    for (List<String> order : SerialEnds.orders(active)) {
      Found serial = run(SerialEnds.serially(order), idle);
      if (serial == null
          || serial.outcome().broken().stream().anyMatch(found.outcome().broken()::contains)) {
        return false;
      }
    }
    return !active.isEmpty();
  }

  private static boolean isFault(Event event) {
    return event.option().turn().isFault();
  }
}

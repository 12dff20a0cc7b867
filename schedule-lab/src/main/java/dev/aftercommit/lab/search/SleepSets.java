package dev.aftercommit.lab.search;

import dev.aftercommit.lab.engine.Chooser;
import dev.aftercommit.lab.engine.Decision;
import dev.aftercommit.lab.engine.Event;
import dev.aftercommit.lab.engine.Run;
import dev.aftercommit.lab.search.ReducedSearch.Part;
import dev.aftercommit.lab.sql.Effect;
import dev.aftercommit.lab.sql.Relation;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Depth-first search of a part of the schedules with sleep sets (Godefroid 1996): what was tried at
 * a place need not be tried again after a step that does not conflict with it.
 */
final class SleepSets implements Chooser {

  private final Recorder recorder;
  private final Experiment experiment;
  private final Relation relation;
  private final List<Place> path;

  /** Places before this one belong to another lane. */
  private final int base;

  private List<Effect> effects = List.of();
  private String difference = "";
  private boolean raced;
  private int repeats;

  /**
   * Searches a part.
   *
   * @param part its last place has an option that is awake
   */
  SleepSets(Recorder recorder, Experiment experiment, Relation relation, Part part) {
    this.recorder = recorder;
    this.experiment = experiment;
    this.relation = relation;
    this.path = new ArrayList<>(part.path());
    this.base = part.base();
  }

  /** Runs one schedule; answers whether something is left. */
  boolean step() throws SQLException, InterruptedException {
    difference = "";
    Run run = recorder.run(experiment, this);
    if (!difference.isEmpty()) {
      return repeat();
    }
    repeats = 0;
    raced = false;
    effects = Effects.of(relation, run.events());
    for (int at = 0; at < path.size(); at++) {
      path.get(at).did(at < effects.size() ? effects.get(at) : Effect.EVERYTHING);
    }
    return backtrack();
  }

  private boolean repeat() {
    if (++repeats < Recorder.REPEATS) {
      return true;
    }
    repeats = 0;
    Race race = path.isEmpty() ? Race.NONE : path.getLast().race();
    if (race.missing().isEmpty() && !raced) {
      recorder.nondeterministic(
          "the same choices gave another state %d times: %s"
              .formatted(Recorder.REPEATS, difference));
      return false;
    }
    recorder.unseen(race, path.size());
    path.getLast().giveUpRace();
    return backtrack();
  }

  @Override
  public int choose(Decision decision, Run.Progress soFar) {
    int at = soFar.decisions().size();
    List<Event> events = soFar.events();
    if (at < path.size()) {
      Place place = path.get(at);
      if (!place.signature.equals(decision.signature())) {
        raced |= at > 0 && events.getLast().isRace();
        return differs(place.signature, decision.signature());
      }
      return place.current();
    }
    Place place = new Place(decision, asleepAfter(events));
    if (at > 0) {
      Place before = path.getLast();
      boolean another = !before.race().missing().isEmpty();
      if (WakeOrder.isKnown(events)
          || (another && before.race().seen().contains(decision.signature()))) {
        raced = true;
        return differs("another actor first", decision.signature());
      }
      before.followedBy(decision.signature(), events);
    }
    if (!place.wake()) {
      return CUT;
    }
    path.add(place);
    return place.current();
  }

  private int differs(String expected, String found) {
    difference = "expected [%s], found [%s]".formatted(expected, found);
    return CUT;
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

  /** Leaves what is done; answers whether something is left. */
  private boolean backtrack() {
    while (path.size() > base) {
      Place place = path.getLast();
      if (!place.race().missing().isEmpty()) {
        return true;
      }
      place.sleep();
      if (place.wake()) {
        return true;
      }
      path.removeLast();
    }
    return false;
  }

  /** What is left. */
  Part rest() {
    return new Part(List.copyOf(path), base);
  }

  /** Cuts off a part for another lane, as high up as there is one; null if there is none. */
  @Nullable Part share() {
    for (int at = base; at < Math.min(path.size() - 1, effects.size()); at++) {
      Place place = path.get(at);
      if (place.hasMore()) {
        List<Place> shared = new ArrayList<>();
        path.subList(0, at).forEach(before -> shared.add(before.copy()));
        shared.add(place.giveAway());
        return new Part(shared, at);
      }
    }
    return null;
  }
}

package dev.aftercommit.lab.search;

import dev.aftercommit.lab.engine.Decision;
import dev.aftercommit.lab.engine.Event;
import dev.aftercommit.lab.engine.Option;
import dev.aftercommit.lab.search.Checkpoint.SavedPlace;
import dev.aftercommit.lab.sql.Effect;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A decision on the path of a depth-first search. */
final class Place {

  /** Its state. */
  final String signature;

  /** The keys of its options. */
  final List<String> options;

  /** Options that need not be tried here, and what they did where they were tried. */
  final Map<String, Effect> asleep;

  /** Options that another lane tries. */
  final Set<String> given;

  private int current;
  private Effect done = Effect.NONE;
  private Race race = Race.NONE;

  Place(Decision decision, Map<String, Effect> asleep) {
    this.signature = decision.signature();
    this.options = decision.options().stream().map(Option::key).toList();
    this.asleep = asleep;
    this.given = new HashSet<>();
  }

  /** A place that was saved. */
  Place(SavedPlace saved) {
    this.signature = saved.signature();
    this.options = saved.options();
    this.asleep = new HashMap<>(saved.asleep());
    this.given = new HashSet<>(saved.given());
    this.current = saved.current();
    this.done = saved.done();
    this.race = saved.race();
  }

  SavedPlace saved() {
    return new SavedPlace(signature, options, asleep, given, current, done, race);
  }

  private Place(Place other) {
    this.signature = other.signature;
    this.options = other.options;
    this.asleep = new HashMap<>(other.asleep);
    this.given = new HashSet<>(other.given);
    this.current = other.current;
    this.done = other.done;
  }

  /** The same place on the path of another lane. */
  Place copy() {
    return new Place(this);
  }

  int current() {
    return current;
  }

  String option() {
    return options.get(current);
  }

  Race race() {
    return race;
  }

  /** Takes note of what has followed the current option, and of its state. */
  void followedBy(String state, List<Event> events) {
    race = race.and(state, events);
  }

  /** Takes note of what the current option did. */
  void did(Effect effect) {
    done = done.and(effect);
  }

  /** Gives up waiting for what the server may do too. */
  void giveUpRace() {
    race = new Race(race.seen(), race.first(), Set.of());
  }

  /** The current option need not be tried again. */
  void sleep() {
    asleep.put(option(), done);
    done = Effect.NONE;
    race = Race.NONE;
  }

  /** Moves on to the first option that is awake; false if there is none. */
  boolean wake() {
    for (int i = 0; i < options.size(); i++) {
      if (isAwake(options.get(i))) {
        current = i;
        return true;
      }
    }
    return false;
  }

  /** Whether another option than the current one is awake. */
  boolean hasMore() {
    return options.stream().anyMatch(option -> !option.equals(option()) && isAwake(option));
  }

  /** Leaves all options but the current one to another lane, and answers its place. */
  Place giveAway() {
    Place other = copy();
    other.sleep();
    other.wake();
    options.stream()
        .filter(option -> !option.equals(option()) && isAwake(option))
        .toList()
        .forEach(given::add);
    return other;
  }

  private boolean isAwake(String option) {
    return !asleep.containsKey(option) && !given.contains(option);
  }
}

package dev.aftercommit.lab.search;

import dev.aftercommit.lab.search.Recorder.Extent;
import dev.aftercommit.lab.sql.Relation;
import java.sql.SQLException;
import java.util.Set;
import java.util.TreeSet;

/**
 * Every order beside those that the reduction leaves: their ends must be the same.
 *
 * @param kind what can be said
 * @param every complete schedules when every order is run
 * @param reduced complete schedules when swapped independent steps are left out
 * @param lost ends that only some left out schedule has, or that only the reduced search has seen
 */
public record Comparison(Kind kind, int every, int reduced, Set<String> lost) {

  /** What can be said of the two searches. */
  public enum Kind {
    /** They end in the same ways. */
    SAME,
    /** They do not. */
    LOST,
    /** There is nothing to compare: every order is run anyway. */
    NOT_REDUCED,
    /** The budget ended one of them, or something could not be scheduled. */
    NOT_EXHAUSTED
  }

  /** A step that wakes several waiters has ends that are only sometimes seen. */
  private static final int REPEATS = 3;

  /** Runs both searches; the budget is that of each. */
  public static Comparison of(Experiment experiment, Budget budget)
      throws SQLException, InterruptedException {
    Relation relation = experiment.relation();
    if (relation == null) {
      return new Comparison(Kind.NOT_REDUCED, 0, 0, Set.of());
    }
    Set<String> everyEnd = new TreeSet<>();
    Set<String> reducedEnd = new TreeSet<>();
    Kind kind = Kind.LOST;
    int every = 0;
    int reduced = 0;
    boolean again = true;
    for (int i = 0; i < REPEATS && again && kind == Kind.LOST; i++) {
      Recorder all = new Recorder(experiment, budget, progress -> {});
      Recorder few = new Recorder(experiment, budget, progress -> {});
      // Not the Explorer, which runs the schedules with few preemptions before the reduced search.
      boolean exhausted =
          new PreemptionOrder(all).search(Budget.ALL, Integer.MAX_VALUE) == Extent.ALL
              && new SleepSets(few, relation).search() == Extent.ALL;
      every = all.ends(everyEnd);
      reduced = few.ends(reducedEnd);
      again = all.hasWakeRace() || few.hasWakeRace();
      if (!exhausted) {
        kind = Kind.NOT_EXHAUSTED;
      } else if (everyEnd.equals(reducedEnd)) {
        kind = Kind.SAME;
      }
    }
    Set<String> lost = new TreeSet<>(everyEnd);
    lost.addAll(reducedEnd);
    lost.removeIf(end -> everyEnd.contains(end) && reducedEnd.contains(end));
    return new Comparison(kind, every, reduced, kind == Kind.LOST ? lost : Set.of());
  }

  /** How many schedules there are for each that has to be run. */
  public double factor() {
    return (double) every / Math.max(1, reduced);
  }
}

package dev.aftercommit.lab.search;

import dev.aftercommit.lab.search.Recorder.Extent;
import dev.aftercommit.lab.sql.Relation;
import java.sql.SQLException;
import java.util.List;
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

  /** Runs both searches; the budget is that of each. */
  public static Comparison of(Experiment experiment, Budget budget)
      throws SQLException, InterruptedException {
    Relation relation = experiment.relation();
    if (relation == null) {
      return new Comparison(Kind.NOT_REDUCED, 0, 0, Set.of());
    }
    List<Lane> lanes = List.of(new Lane(experiment, relation));
    Recorder all = new Recorder(budget, experiment.faults(), progress -> {});
    Recorder few = new Recorder(budget, experiment.faults(), progress -> {});
    // Not the Explorer, which runs the schedules with few preemptions before the reduced search.
    boolean exhausted =
        new PreemptionOrder(all).search(lanes, Budget.ALL, Integer.MAX_VALUE) == Extent.ALL
            && new ReducedSearch(few).search(lanes) == Extent.ALL;
    Set<String> everyEnd = new TreeSet<>();
    Set<String> reducedEnd = new TreeSet<>();
    int every = all.ends(everyEnd);
    int reduced = few.ends(reducedEnd);
    if (!exhausted) {
      return new Comparison(Kind.NOT_EXHAUSTED, every, reduced, Set.of());
    }
    if (everyEnd.equals(reducedEnd)) {
      return new Comparison(Kind.SAME, every, reduced, Set.of());
    }
    Set<String> lost = new TreeSet<>(everyEnd);
    lost.addAll(reducedEnd);
    lost.removeIf(end -> everyEnd.contains(end) && reducedEnd.contains(end));
    return new Comparison(Kind.LOST, every, reduced, lost);
  }

  /** How many schedules there are for each that has to be run. */
  public double factor() {
    return (double) every / Math.max(1, reduced);
  }
}

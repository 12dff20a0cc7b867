package dev.aftercommit.lab.search;

import dev.aftercommit.lab.engine.Chooser;
import dev.aftercommit.lab.engine.Event;
import dev.aftercommit.lab.engine.Run;
import dev.aftercommit.lab.search.Checkpoint.Counted;
import dev.aftercommit.lab.search.Checkpoint.Tally;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs schedules within a budget and keeps the tally of their ends; for several lanes at once. */
final class Recorder {

  /** How often the same choices are tried again, when the run goes another way than wanted. */
  static final int REPEATS = 100;

  private static final int UNSEEN_TOLD = 3;

  /** The failure that people understand best, whichever lane comes first. */
  private static final Comparator<Found> SIMPLER =
      Comparator.comparingInt((Found found) -> found.run().preemptions())
          .thenComparingInt(found -> found.run().events().size())
          .thenComparing(found -> String.join(" ", found.run().order()));

  /** How much of what there is was run. */
  enum Extent {
    /** All of it, or all that can show something new. */
    ALL,
    /** All within the bound on preemptions. */
    WITHIN_PREEMPTIONS,
    /** A part. */
    PART
  }

  /** Sums up how far a search is. */
  record Progress(int runs, int failing, double perSecond) {}

  private final Budget budget;
  private final int faults;
  private final Consumer<Progress> progress;
  private final long begin = System.nanoTime();
  private final Map<Outcome, Integer> outcomes = new LinkedHashMap<>();
  private final List<String> unseen = new ArrayList<>();
  private int runs;
  private int schedules;
  private int cut;
  private int failing;
  private long failedAt;
  private boolean hidden;
  private boolean aborted;
  private @Nullable Found failure;
  private @Nullable Found sample;
  private String unsound = "";
  private String nondeterminism = "";

  Recorder(Budget budget, int faults, Consumer<Progress> progress) {
    this.budget = budget;
    this.faults = faults;
    this.progress = progress;
  }

  /** Begins to count anew; what failed first is kept. */
  synchronized void newPhase() {
    outcomes.clear();
    unseen.clear();
    schedules = 0;
    cut = 0;
  }

  /** Goes on counting where another search has ended. */
  synchronized void resume(Tally tally) {
    newPhase();
    schedules = tally.schedules();
    cut = tally.cut();
    hidden = tally.hidden();
    unseen.addAll(tally.unseen());
    tally.outcomes().forEach(end -> outcomes.put(end.outcome(), end.schedules()));
  }

  synchronized Tally tally() {
    List<Counted> ends = new ArrayList<>();
    outcomes.forEach((outcome, count) -> ends.add(new Counted(outcome, count)));
    return new Tally(schedules, cut, hidden, List.copyOf(unseen), ends);
  }

  /** Runs one schedule and counts it. */
  Run run(Experiment lane, Chooser chooser) throws SQLException, InterruptedException {
    Run run = lane.run(chooser);
    boolean ended = run.end() == Run.End.COMPLETE || run.end() == Run.End.STUCK;
    count(run, ended ? new Found(run, lane.judge(run)) : null);
    return run;
  }

  private synchronized void count(Run run, @Nullable Found found) {
    runs++;
    if (found != null) {
      count(found);
    } else if (run.end() == Run.End.CUT) {
      cut++;
    } else {
      unsound = run.reason();
    }
    hidden |= run.events().stream().anyMatch(WakeOrder::isHidden);
    progress.accept(new Progress(runs, failing, runs / seconds()));
  }

  private void count(Found found) {
    schedules++;
    outcomes.merge(found.outcome(), 1, Integer::sum);
    if (found.outcome().fails()) {
      failing++;
      Found known = failure;
      if (known == null) {
        failedAt = System.nanoTime();
      }
      if (known == null || SIMPLER.compare(found, known) < 0) {
        failure = found;
      }
    } else {
      Found shown = sample;
      // One in which somebody waits shows why it holds.
      if (shown == null || waits(shown) < waits(found)) {
        sample = found;
      }
    }
  }

  private static long waits(Found found) {
    return found.run().events().stream().filter(Event::waits).count();
  }

  synchronized boolean isSpent() {
    long now = System.nanoTime();
    return runs >= budget.schedules()
        || now - begin > budget.time().toNanos()
        || (failure != null && now - failedAt > budget.afterFailure().toNanos())
        || (failure == null && hasDecided());
  }

  /** Whether more schedules would not change the verdict. */
  synchronized boolean hasDecided() {
    return failure != null || aborted || !unsound.isEmpty() || !nondeterminism.isEmpty();
  }

  /** Ends the search: a lane has failed. */
  synchronized void abort() {
    aborted = true;
  }

  /** Adds the ends that were seen; answers how many schedules had them. */
  synchronized int ends(Set<String> ends) {
    outcomes.keySet().forEach(outcome -> ends.add(outcome.state()));
    return schedules;
  }

  synchronized void nondeterministic(String what) {
    nondeterminism = what;
  }

  /** The server has never let some go first, in as many runs as are made for it. */
  synchronized void unseen(Race race, int after) {
    String who =
        race.missing().isEmpty()
            ? "the first in the queue"
            : String.join(" or ", new TreeSet<>(race.missing()));
    unseen.add("%s after %d steps".formatted(who, after));
  }

  /**
   * The result.
   *
   * @param extent how much was run
   */
  synchronized Exploration result(Extent extent, boolean reduced) {
    Verdict verdict = verdict(extent);
    return new Exploration(
        verdict,
        reason(verdict, extent),
        schedules,
        cut,
        verdict == Verdict.BOUNDED && extent == Extent.WITHIN_PREEMPTIONS,
        faults,
        reduced,
        failure,
        sample,
        new LinkedHashMap<>(outcomes),
        runs,
        Duration.ofNanos(System.nanoTime() - begin));
  }

  private Verdict verdict(Extent extent) {
    if (failure != null) {
      return Verdict.FAILS;
    }
    if (!nondeterminism.isEmpty()) {
      return Verdict.NONDETERMINISTIC;
    }
    if (!unsound.isEmpty() || schedules == 0) {
      return Verdict.INCONCLUSIVE;
    }
    return extent != Extent.ALL || hidden || !unseen.isEmpty() ? Verdict.BOUNDED : Verdict.HOLDS;
  }

  private String reason(Verdict verdict, Extent extent) {
    return switch (verdict) {
      case FAILS, HOLDS -> "";
      case NONDETERMINISTIC -> nondeterminism;
      case INCONCLUSIVE -> unsound.isEmpty() ? "no schedule reached its end" : unsound;
      case BOUNDED -> bound(extent);
    };
  }

  private String bound(Extent extent) {
    if (extent == Extent.PART) {
      return "the budget ended the search";
    }
    if (!unseen.isEmpty()) {
      List<String> told = unseen.subList(0, Math.min(UNSEEN_TOLD, unseen.size()));
      return "the server chooses who of several waiting goes on first, and in %d runs each never chose: %s%s"
          .formatted(
              REPEATS,
              String.join("; ", told),
              told.size() == unseen.size()
                  ? ""
                  : "; and %d more".formatted(unseen.size() - told.size()));
    }
    if (hidden) {
      return "one step woke several waiters at once, and what one of them does depends on the locks"
          + " of the others: their order cannot be seen";
    }
    return "these are all in which actors are interrupted at most %d times"
        .formatted(budget.preemptions());
  }

  private double seconds() {
    return Math.max(1e-9, (System.nanoTime() - begin) / 1e9);
  }
}

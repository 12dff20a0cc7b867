package dev.aftercommit.lab.search;

import dev.aftercommit.lab.engine.Chooser;
import dev.aftercommit.lab.engine.Event;
import dev.aftercommit.lab.engine.Run;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs schedules within a budget and keeps the tally of their ends. */
final class Recorder {

  /** Sums up how far a search is. */
  record Progress(int runs, int failing, double perSecond) {}

  /** How much of what there is was run. */
  enum Extent {
    /** All of it, or all that can show something new. */
    ALL,
    /** All within the bound on preemptions. */
    WITHIN_PREEMPTIONS,
    /** A part. */
    PART
  }

  private final Experiment experiment;
  private final Budget budget;
  private final Consumer<Progress> progress;
  private final long begin = System.nanoTime();
  private final Map<Outcome, Integer> outcomes = new LinkedHashMap<>();
  private int runs;
  private int schedules;
  private int cut;
  private int failing;
  private long failedAt;
  private boolean wakeRace;
  private @Nullable Found failure;
  private @Nullable Found sample;
  private String unsound = "";
  private String nondeterminism = "";

  Recorder(Experiment experiment, Budget budget, Consumer<Progress> progress) {
    this.experiment = experiment;
    this.budget = budget;
    this.progress = progress;
  }

  /** Begins to count anew; what failed first is kept. */
  void newPhase() {
    outcomes.clear();
    schedules = 0;
    cut = 0;
  }

  /** Runs one schedule and counts it. */
  Run run(Chooser chooser) throws SQLException, InterruptedException {
    Run run = experiment.run(chooser);
    runs++;
    switch (run.end()) {
      case COMPLETE, STUCK -> count(new Found(run, experiment.judge(run)));
      case CUT -> cut++;
      case UNSOUND -> unsound = run.reason();
    }
    wakeRace |= run.events().stream().anyMatch(event -> event.woken().size() > 1);
    progress.accept(new Progress(runs, failing, runs / seconds()));
    return run;
  }

  private void count(Found found) {
    schedules++;
    outcomes.merge(found.outcome(), 1, Integer::sum);
    if (found.outcome().fails()) {
      failing++;
      if (failure == null) {
        failure = found;
        failedAt = System.nanoTime();
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

  boolean isSpent() {
    long now = System.nanoTime();
    return runs >= budget.schedules()
        || now - begin > budget.time().toNanos()
        || (failure != null && now - failedAt > budget.afterFailure().toNanos())
        || !unsound.isEmpty()
        || !nondeterminism.isEmpty();
  }

  boolean hasFailed() {
    return failure != null;
  }

  boolean hasWakeRace() {
    return wakeRace;
  }

  /** Adds the ends that were seen; answers how many schedules had them. */
  int ends(Set<String> ends) {
    outcomes.keySet().forEach(outcome -> ends.add(outcome.state()));
    return schedules;
  }

  Budget budget() {
    return budget;
  }

  void nondeterministic(String what) {
    nondeterminism = what;
  }

  /**
   * The result.
   *
   * @param extent how much was run
   */
  Exploration result(Extent extent, boolean reduced) {
    Verdict verdict;
    String reason = "";
    if (failure != null) {
      verdict = Verdict.FAILS;
    } else if (!nondeterminism.isEmpty()) {
      verdict = Verdict.NONDETERMINISTIC;
      reason = nondeterminism;
    } else if (!unsound.isEmpty()) {
      verdict = Verdict.INCONCLUSIVE;
      reason = unsound;
    } else if (schedules == 0) {
      verdict = Verdict.INCONCLUSIVE;
      reason = "no schedule reached its end";
    } else if (extent == Extent.PART) {
      verdict = Verdict.BOUNDED;
      reason = "the budget ended the search";
    } else if (extent == Extent.WITHIN_PREEMPTIONS) {
      verdict = Verdict.BOUNDED;
      reason =
          "these are all in which actors are interrupted at most %d times"
              .formatted(budget.preemptions());
    } else if (wakeRace) {
      verdict = Verdict.BOUNDED;
      reason =
          "one step woke several waiters, whose order the server chooses and only some were seen";
    } else {
      verdict = Verdict.HOLDS;
    }
    return new Exploration(
        verdict,
        reason,
        schedules,
        cut,
        verdict == Verdict.BOUNDED && extent == Extent.WITHIN_PREEMPTIONS,
        experiment.faults(),
        reduced,
        failure,
        sample,
        new LinkedHashMap<>(outcomes),
        runs,
        Duration.ofNanos(System.nanoTime() - begin));
  }

  private double seconds() {
    return Math.max(1e-9, (System.nanoTime() - begin) / 1e9);
  }
}

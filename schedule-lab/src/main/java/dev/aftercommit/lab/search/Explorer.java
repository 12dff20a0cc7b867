package dev.aftercommit.lab.search;

import dev.aftercommit.lab.engine.Chooser;
import dev.aftercommit.lab.search.Checkpoint.Open;
import dev.aftercommit.lab.search.Checkpoint.SavedPart;
import dev.aftercommit.lab.search.Recorder.Extent;
import dev.aftercommit.lab.sql.Relation;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Searches the schedules of an experiment: its seeds, then those without preemption, then with one
 * and two, since they are the ones that people understand; then all, depth first, leaving out those
 * that differ from one that was run only by swapping steps that do not see each other.
 */
public final class Explorer {

  /** Beyond this, going through them in this order only repeats work. */
  private static final int FEW = 2;

  /** How much of the budget the first part may use, as a divisor, if a second part follows. */
  private static final int SHARE = 4;

  /** How many schedules are run at most to make a failing one smaller. */
  private static final int SHRINKING_RUNS = 200;

  private Explorer() {}

  /** How far a search is: schedules run, failing ones among them, schedules per second. */
  @FunctionalInterface
  public interface Progress {
    void told(int runs, int failing, double perSecond);
  }

  /**
   * Searches.
   *
   * @param relation which steps may be swapped; null to run every order
   * @param progress is told after each schedule
   */
  public static Exploration explore(
      Experiment experiment, @Nullable Relation relation, Budget budget, Progress progress)
      throws SQLException, InterruptedException {
    return explore(List.of(new Lane(experiment, relation)), budget, progress);
  }

  /** The same in several lanes at once; either all of them have a relation, or none. */
  public static Exploration explore(List<Lane> lanes, Budget budget, Progress progress)
      throws SQLException, InterruptedException {
    return explore(lanes, budget, progress, null);
  }

  /**
   * The same, going on where an earlier search has ended.
   *
   * @param checkpoint where what is left is read from, and written to if the budget ends this
   *     search, too; null for none
   * @throws IllegalArgumentException if the checkpoint is of another search
   */
  public static Exploration explore(
      List<Lane> lanes, Budget budget, Progress progress, @Nullable Checkpoint checkpoint)
      throws SQLException, InterruptedException {
    Exploration found = search(lanes, budget, progress, checkpoint);
    Found failure = found.failure();
    return failure == null
        ? found
        : found.showing(Shrinker.shrink(lanes.getFirst().experiment(), failure, SHRINKING_RUNS));
  }

  private static Exploration search(
      List<Lane> lanes, Budget budget, Progress progress, @Nullable Checkpoint checkpoint)
      throws SQLException, InterruptedException {
    Consumer<Recorder.Progress> tell = p -> progress.told(p.runs(), p.failing(), p.perSecond());
    Experiment first = lanes.getFirst().experiment();
    Recorder recorder = new Recorder(budget, first.faults(), tell);
    Checkpoint.State before = checkpoint == null ? null : checkpoint.load();
    if (!begin(recorder, first, before)) {
      return recorder.result(Extent.PART, false);
    }
    boolean secondPart =
        lanes.stream().allMatch(lane -> lane.relation() != null)
            && budget.preemptions() == Budget.ALL;
    List<SavedPart> parts = before == null ? null : before.parts();
    if (parts == null) {
      PreemptionOrder order =
          before == null
              ? new PreemptionOrder(recorder)
              : new PreemptionOrder(recorder, before.prefixes());
      int bound = secondPart ? FEW : budget.preemptions();
      Extent extent =
          order.search(lanes, bound, secondPart ? budget.schedules() / SHARE : Integer.MAX_VALUE);
      boolean ends = extent == Extent.ALL || !secondPart || recorder.isSpent();
      if (ends) {
        Extent told = secondPart && extent != Extent.ALL ? Extent.PART : extent;
        keep(checkpoint, told, recorder, order.left(), null);
        return recorder.result(told, false);
      }
      recorder.newPhase();
    }
    ReducedSearch reduced =
        parts == null ? new ReducedSearch(recorder) : new ReducedSearch(recorder, parts);
    Extent extent = reduced.search(lanes);
    keep(checkpoint, extent, recorder, List.of(), reduced.left());
    return recorder.result(extent, true);
  }

  /** Goes on counting, or runs the seeds first; false if they have used up the budget. */
  private static boolean begin(
      Recorder recorder, Experiment first, Checkpoint.@Nullable State before)
      throws SQLException, InterruptedException {
    if (before != null) {
      recorder.resume(before.tally());
      return true;
    }
    for (Chooser seed : first.seeds()) {
      recorder.run(first, seed);
    }
    if (recorder.isSpent()) {
      return false;
    }
    // They come again among all the others.
    recorder.newPhase();
    return true;
  }

  private static void keep(
      @Nullable Checkpoint checkpoint,
      Extent extent,
      Recorder recorder,
      List<Open> prefixes,
      @Nullable List<SavedPart> parts) {
    if (checkpoint == null) {
      return;
    }
    if (extent == Extent.PART && !recorder.hasDecided()) {
      checkpoint.save(recorder.tally(), prefixes, parts);
    } else {
      checkpoint.delete();
    }
  }
}

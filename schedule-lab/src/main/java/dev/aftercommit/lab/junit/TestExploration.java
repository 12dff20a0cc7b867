package dev.aftercommit.lab.junit;

import dev.aftercommit.lab.report.Replay;
import dev.aftercommit.lab.report.Report;
import dev.aftercommit.lab.report.TextReport;
import dev.aftercommit.lab.search.Budget;
import dev.aftercommit.lab.search.Experiment;
import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Explorer;
import dev.aftercommit.lab.search.Verdict;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Explores an experiment of one's own in a test at READ COMMITTED, where {@link Lab} is not enough:
 * actors that are processes, or fixtures that are code.
 */
public final class TestExploration {

  /** For what is few enough to run all of it, on a busy machine too. */
  public static final Duration ALL = Duration.ofMinutes(2);

  /** For what is not; more finds more: {@code -Daftercommit.schedules.seconds}, or else 10 s. */
  public static final Duration SOME =
      Duration.ofSeconds(Long.getLong("aftercommit.schedules.seconds", 10));

  private TestExploration() {}

  /**
   * Explores, and prints what was found; whether that is good the test decides.
   *
   * @param test its name, to print
   * @param limit how long at most
   */
  public static Exploration explore(String test, Experiment experiment, Duration limit)
      throws SQLException, InterruptedException {
    return explore(test, experiment, limit, Budget.ALL);
  }

  /**
   * The same with so many preemptions in one schedule.
   *
   * @param preemptions at most; or {@link Budget#ALL}
   */
  public static Exploration explore(
      String test, Experiment experiment, Duration limit, int preemptions)
      throws SQLException, InterruptedException {
    Budget budget = new Budget(Integer.MAX_VALUE, limit, preemptions, Duration.ofSeconds(1));
    Exploration found =
        Explorer.explore(
            experiment, experiment.relation(), budget, (runs, failing, perSecond) -> {});
    Report report = new Report(test, "READ COMMITTED", "", experiment.actors(), found, Replay.NONE);
    boolean passes = found.verdict() == Verdict.HOLDS || found.verdict() == Verdict.BOUNDED;
    System.out.printf(
        "%s: %s (%.0f/s)%n",
        test, passes ? report.headline() : TextReport.of(report), found.perSecond());
    return found;
  }
}

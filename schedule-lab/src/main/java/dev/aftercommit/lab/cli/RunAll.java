package dev.aftercommit.lab.cli;

import dev.aftercommit.lab.scenario.Addresses;
import dev.aftercommit.lab.scenario.Level;
import dev.aftercommit.lab.scenario.Library;
import dev.aftercommit.lab.scenario.Scenario;
import dev.aftercommit.lab.scenario.ScenarioExperiment;
import dev.aftercommit.lab.search.Budget;
import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Explorer;
import dev.aftercommit.lab.search.Verdict;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.List;

/** Runs the whole catalogue, and compares each verdict with the one that is listed. */
final class RunAll {

  private final PrintWriter out;
  private final PrintWriter err;
  private final Budget budget;
  private int total;
  private int wrong;

  /**
   * Runs nothing yet.
   *
   * @param budget of each scenario at each level
   */
  RunAll(PrintWriter out, PrintWriter err, Budget budget) {
    this.out = out;
    this.err = err;
    this.budget = budget;
  }

  /** Prints a line for each scenario and level; answers the exit code. */
  int run(List<Level> levels, Addresses server) throws SQLException, InterruptedException {
    out.printf(
        "%-28s %-15s  %-16s  %9s  %7s%n", "NAME", "LEVEL", "VERDICT", "SCHEDULES", "SECONDS");
    for (Library.Entry entry : Library.entries()) {
      for (Level level : levels) {
        run(entry, level, server);
      }
    }
    out.printf("%n%d of %d verdicts are as listed.%n", total - wrong, total);
    out.flush();
    return wrong == 0 ? LabCommand.HOLDS : LabCommand.FAILS;
  }

  private void run(Library.Entry entry, Level level, Addresses server)
      throws SQLException, InterruptedException {
    Scenario scenario = Library.find(entry.name()).at(level);
    ProgressLine progress = new ProgressLine(err);
    Exploration found;
    try (ScenarioExperiment experiment = ScenarioExperiment.open(scenario, server)) {
      found = Explorer.explore(experiment, experiment.relation(), budget, progress);
    }
    progress.erase();
    Verdict expected = entry.expected().get(level.digit());
    boolean asListed = found.verdict() == expected;
    total++;
    wrong += asListed ? 0 : 1;
    out.printf(
        "%-28s %-15s  %-16s  %,9d  %7.1f%s%n",
        entry.name(),
        level.title(),
        found.verdict(),
        found.schedules(),
        found.time().toMillis() / 1000.0,
        asListed ? "" : "  expected %s; %s".formatted(expected, found.reason()));
    out.flush();
  }
}

package dev.aftercommit.lab.cli;

import dev.aftercommit.lab.report.Replay;
import dev.aftercommit.lab.report.Report;
import dev.aftercommit.lab.report.TextReport;
import dev.aftercommit.lab.scenario.Scenario;
import dev.aftercommit.lab.scenario.ScenarioExperiment;
import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Found;
import dev.aftercommit.lab.search.Verdict;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

/** One schedule alone, without the search that found it. */
final class DrawnSchedule {

  private DrawnSchedule() {}

  /** Prints it, with what can be seen when it is run once more. */
  static void print(
      PrintWriter out, Scenario scenario, ScenarioExperiment experiment, Found schedule)
      throws SQLException, InterruptedException {
    Exploration one =
        new Exploration(
            Verdict.FAILS, "", 1, 0, false, 0, false, schedule, null, Map.of(), 1, Duration.ZERO);
    Report report =
        new Report(
            scenario.name(),
            scenario.level().title(),
            scenario.description(),
            scenario.actors(),
            one,
            Replay.NONE);
    out.printf("%s  %s%n%n", scenario.name(), scenario.level().title());
    out.print(TextReport.schedule(report.observed(experiment), schedule));
  }
}

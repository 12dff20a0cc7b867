package dev.aftercommit.benchmarks.schedules;

import dev.aftercommit.lab.database.ServerAddress;
import dev.aftercommit.lab.scenario.Library;
import dev.aftercommit.lab.scenario.Scenario;
import dev.aftercommit.lab.scenario.ScenarioExperiment;
import dev.aftercommit.lab.search.Budget;
import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Explorer;
import dev.aftercommit.lab.sql.Relation;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How many schedules a scenario has, and how many are run when those are left out that can show
 * nothing new.
 *
 * @param naive all schedules
 * @param complete schedules run to their end with reduction
 * @param cut schedules begun with reduction, and left
 */
record Reduction(String scenario, int naive, int complete, int cut) {

  private static final Budget BUDGET =
      new Budget(20_000, Duration.ofSeconds(60), Budget.ALL, Duration.ofSeconds(60));

  /** Explores a scenario of the catalogue twice; null if its steps are not understood. */
  static @Nullable Reduction of(String name, ServerAddress server)
      throws SQLException, InterruptedException {
    Scenario scenario = Library.find(name);
    try (ScenarioExperiment experiment = ScenarioExperiment.open(scenario, server)) {
      Relation relation = experiment.relation();
      if (relation == null) {
        return null;
      }
      Exploration all = Explorer.explore(experiment, null, BUDGET, (runs, failing, rate) -> {});
      Exploration few = Explorer.explore(experiment, relation, BUDGET, (runs, failing, rate) -> {});
      return new Reduction(name, all.schedules(), few.schedules(), few.reduced() ? few.cut() : 0);
    }
  }

  /** Prints a row per scenario of the catalogue. */
  static void print(ServerAddress server) throws SQLException, InterruptedException {
    System.err.printf("%n%-32s %8s %17s %7s%n", "schedules", "all", "reduced (+ cut)", "factor");
    for (Library.Entry entry : Library.entries()) {
      Reduction reduction = of(entry.name(), server);
      System.err.print(
          reduction == null
              ? "%-32s every order is run%n".formatted(entry.name())
              : "%-32s %8d %9d (+%5d) %7.1f%n"
                  .formatted(
                      entry.name(),
                      reduction.naive(),
                      reduction.complete(),
                      reduction.cut(),
                      reduction.factor()));
    }
  }

  /** How many times fewer schedules are begun. */
  double factor() {
    return (double) naive / Math.max(1, complete + cut);
  }
}

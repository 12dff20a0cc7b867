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
 * @param bounded whether there are more, which the budget left out
 * @param complete schedules run to their end with reduction
 * @param cut schedules begun with reduction, and left
 */
record Reduction(String scenario, int naive, boolean bounded, int complete, int cut) {

  private static final Budget BUDGET =
      new Budget(3_000, Duration.ofSeconds(20), Budget.ALL, Duration.ofSeconds(20));

  /** Explores a scenario of the catalogue twice; null if its steps are not understood. */
  private static @Nullable Reduction of(Scenario scenario, ServerAddress server)
      throws SQLException, InterruptedException {
    try (ScenarioExperiment experiment = ScenarioExperiment.open(scenario, server)) {
      Relation relation = experiment.relation();
      if (relation == null) {
        return null;
      }
      Exploration all = Explorer.explore(experiment, null, BUDGET, (runs, failing, rate) -> {});
      Exploration few = Explorer.explore(experiment, relation, BUDGET, (runs, failing, rate) -> {});
      boolean bounded =
          all.runs() >= BUDGET.schedules() || all.time().compareTo(BUDGET.time()) >= 0;
      return new Reduction(
          scenario.name(),
          all.schedules(),
          bounded,
          few.schedules(),
          few.reduced() ? few.cut() : 0);
    }
  }

  /** Prints a row per scenario of the catalogue that needs the database alone. */
  static void print(ServerAddress server) throws SQLException, InterruptedException {
    System.err.printf("%n%-32s %8s %17s %7s%n", "schedules", "all", "reduced (+ cut)", "factor");
    for (Library.Entry entry : Library.entries()) {
      Scenario scenario = Library.find(entry.name());
      if (scenario.usesRedis() || scenario.usesQueues()) {
        continue;
      }
      Reduction reduction = of(scenario, server);
      System.err.println(
          reduction == null ? "%-32s every order is run".formatted(entry.name()) : reduction.row());
    }
  }

  private String row() {
    return "%-32s %8s %9d (+%5d) %7s"
        .formatted(
            scenario,
            (bounded ? ">" : "") + naive,
            complete,
            cut,
            (bounded ? ">" : "") + "%.1f".formatted(factor()));
  }

  /** How many times fewer schedules are begun. */
  private double factor() {
    return (double) naive / Math.max(1, complete + cut);
  }
}

package dev.aftercommit.lab.report;

import dev.aftercommit.lab.LabServer;
import dev.aftercommit.lab.scenario.Library;
import dev.aftercommit.lab.scenario.Scenario;
import dev.aftercommit.lab.scenario.ScenarioExperiment;
import dev.aftercommit.lab.search.Budget;
import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Explorer;
import java.time.Duration;

/** Reports of scenarios of the catalogue. */
final class Reports {

  /** Ends at the first failure, which is the one that is shown. */
  private static final Budget BUDGET =
      new Budget(5_000, Duration.ofSeconds(30), Budget.ALL, Duration.ZERO);

  private Reports() {}

  static Report of(String name) throws Exception {
    return of(Library.find(name));
  }

  static Report of(Scenario scenario) throws Exception {
    try (ScenarioExperiment experiment = ScenarioExperiment.open(scenario, LabServer.addresses())) {
      Exploration found =
          Explorer.explore(
              experiment, experiment.relation(), BUDGET, (runs, failing, perSecond) -> {});
      return new Report(
              scenario.name(),
              scenario.level().title(),
              scenario.description(),
              scenario.actors(),
              found,
              new Replay("TOKE-N", "./aftercommit lab replay TOKE-N"))
          .observed(experiment);
    }
  }
}

package dev.aftercommit.lab.scenario;

import dev.aftercommit.lab.search.Lane;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** One scenario in several experiments at once, each with a database and a cache of its own. */
public final class ScenarioLanes implements AutoCloseable {

  private final List<ScenarioExperiment> experiments = new ArrayList<>();

  private ScenarioLanes() {}

  /**
   * Opens the experiments.
   *
   * @param lanes how many, 1 or more
   * @param faults how much may go wrong in one schedule
   * @throws IllegalArgumentException if there are queues and more than one lane: the broker's
   *     queues have the names that the scenario gives them
   */
  public static ScenarioLanes open(Scenario scenario, Addresses addresses, int lanes, int faults)
      throws SQLException, InterruptedException {
    if (lanes < 1 || (lanes > 1 && scenario.usesQueues())) {
      throw new IllegalArgumentException(
          "A scenario runs in 1 lane or more, and in 1 if it has queues; asked for %d"
              .formatted(lanes));
    }
    ScenarioLanes opened = new ScenarioLanes();
    try {
      for (int i = 0; i < lanes; i++) {
        ScenarioExperiment experiment = ScenarioExperiment.open(scenario, addresses);
        opened.experiments.add(experiment);
        experiment.faults(faults);
      }
      return opened;
    } catch (SQLException | InterruptedException | RuntimeException e) {
      // Whatever it was: nobody else could close the lanes that are open already.
      opened.close();
      throw e;
    }
  }

  /** The first of them. */
  public ScenarioExperiment first() {
    return experiments.getFirst();
  }

  /**
   * All of them.
   *
   * @param reduced whether swapped independent steps are left out, where that is sound
   */
  public List<Lane> lanes(boolean reduced) throws SQLException {
    List<Lane> lanes = new ArrayList<>();
    for (ScenarioExperiment experiment : experiments) {
      lanes.add(new Lane(experiment, reduced ? experiment.relation() : null));
    }
    return lanes;
  }

  @Override
  public void close() throws SQLException {
    for (ScenarioExperiment experiment : experiments) {
      experiment.close();
    }
  }
}

package dev.aftercommit.lab.scenario;

import dev.aftercommit.lab.broker.VirtualHosts;
import dev.aftercommit.lab.search.Lane;
import java.net.URI;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One scenario in several experiments at once, each with a database, a cache and queues of its own:
 * from the second on these are in virtual hosts that go when the lanes are closed.
 */
public final class ScenarioLanes implements AutoCloseable {

  private final List<ScenarioExperiment> experiments = new ArrayList<>();
  private final @Nullable VirtualHosts hosts;

  private ScenarioLanes(@Nullable VirtualHosts hosts) {
    this.hosts = hosts;
  }

  /**
   * Opens the experiments.
   *
   * @param lanes how many, 1 or more
   * @param faults how much may go wrong in one schedule
   * @throws IllegalArgumentException if there are queues and more than one lane, and no virtual
   *     host can be made
   */
  public static ScenarioLanes open(Scenario scenario, Addresses addresses, int lanes, int faults)
      throws SQLException, InterruptedException {
    if (lanes < 1) {
      throw new IllegalArgumentException(
          "A scenario runs in 1 lane or more; asked for %d".formatted(lanes));
    }
    boolean needsHosts = lanes > 1 && scenario.usesQueues();
    ScenarioLanes opened = new ScenarioLanes(needsHosts ? hosts(addresses) : null);
    try {
      for (int lane = 1; lane <= lanes; lane++) {
        ScenarioExperiment experiment =
            ScenarioExperiment.open(scenario, opened.ofLane(lane, addresses));
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

  private static VirtualHosts hosts(Addresses addresses) {
    URI broker = addresses.rabbit();
    URI management = addresses.management();
    if (broker == null || management == null) {
      throw new IllegalArgumentException(
          "In more than one lane, queues need a virtual host for each, which only the broker's management API can make: name its address with --rabbitmq-management http://HOST:15672 (plugin rabbitmq_management), or run 1 lane");
    }
    return new VirtualHosts(broker, management);
  }

  /** The first stays where the address leads. */
  private Addresses ofLane(int lane, Addresses addresses) {
    return lane == 1 || hosts == null ? addresses : addresses.withRabbit(hosts.create(lane));
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
    // The virtual hosts must go, whatever becomes of the lanes.
    try (hosts) {
      for (ScenarioExperiment experiment : experiments) {
        experiment.close();
      }
    }
  }
}

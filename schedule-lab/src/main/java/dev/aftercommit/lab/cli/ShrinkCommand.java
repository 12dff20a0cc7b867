package dev.aftercommit.lab.cli;

import dev.aftercommit.lab.scenario.Scenario;
import dev.aftercommit.lab.scenario.ScenarioExperiment;
import dev.aftercommit.lab.search.Found;
import dev.aftercommit.lab.search.Shrinker;
import dev.aftercommit.lab.search.Token;
import dev.aftercommit.stack.servers.Servers;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes the schedule of a token smaller. */
@Command(
    name = "shrink",
    mixinStandardHelpOptions = true,
    description =
        "Looks for a schedule that breaks the same with fewer actors, faults and interruptions.",
    footer = {"", "Exit code 1: it fails still; 3: the token's schedule does not fail as it says."})
final class ShrinkCommand implements Callable<Integer> {

  @Mixin private TokenArguments arguments = new TokenArguments();

  @Option(
      names = "--max",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Schedules to run at most (default: ${DEFAULT-VALUE}).")
  private int max;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws SQLException, InterruptedException {
    Token wanted = arguments.token();
    Scenario scenario = arguments.scenario();
    try (Servers servers = arguments.startServers(scenario);
        ScenarioExperiment experiment =
            ScenarioExperiment.open(scenario, ServerOption.addresses(servers, scenario))) {
      Found found = wanted.replay(experiment);
      PrintWriter out = spec.commandLine().getOut();
      if (!wanted.repeats(found) || !found.outcome().fails()) {
        out.println("The schedule of this token does not fail as the token says.");
        return LabCommand.MISMATCH;
      }
      Found smallest = Shrinker.shrink(experiment, found, max);
      DrawnSchedule.print(out, scenario, experiment, smallest);
      out.printf("%nReplay: %s%n", arguments.replayOf(scenario, smallest).command());
      out.flush();
      return LabCommand.FAILS;
    }
  }
}

package dev.aftercommit.lab.cli;

import dev.aftercommit.lab.scenario.Scenario;
import dev.aftercommit.lab.scenario.ScenarioExperiment;
import dev.aftercommit.lab.search.Found;
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

/** Runs the schedule of a token again. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = "Runs the schedule of a token again, and says whether it went the same way.",
    footer = {"", "Exit code 1: it fails as it did; 3: it went another way."})
final class ReplayCommand implements Callable<Integer> {

  @Mixin private TokenArguments arguments = new TokenArguments();

  @Option(
      names = "--times",
      paramLabel = "N",
      defaultValue = "1",
      description = "How often to run it (default: ${DEFAULT-VALUE}).")
  private int times;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws SQLException, InterruptedException {
    Token wanted = arguments.token();
    Scenario scenario = arguments.scenario();
    try (Servers servers = arguments.startServers(scenario);
        ScenarioExperiment experiment =
            ScenarioExperiment.open(scenario, ServerOption.addresses(servers, scenario))) {
      return replay(wanted, scenario, experiment);
    }
  }

  private int replay(Token wanted, Scenario scenario, ScenarioExperiment experiment)
      throws SQLException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    int same = 0;
    Found last = null;
    for (int i = 0; i < times; i++) {
      last = wanted.replay(experiment);
      same += wanted.repeats(last) ? 1 : 0;
    }
    if (last == null) {
      return LabCommand.HOLDS;
    }
    DrawnSchedule.print(out, scenario, experiment, last);
    out.printf("%n%d of %d runs went as the token says.%n", same, times);
    out.flush();
    if (same < times) {
      return LabCommand.MISMATCH;
    }
    return last.outcome().fails() ? LabCommand.FAILS : LabCommand.HOLDS;
  }
}

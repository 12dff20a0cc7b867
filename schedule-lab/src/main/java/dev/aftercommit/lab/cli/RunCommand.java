package dev.aftercommit.lab.cli;

import dev.aftercommit.lab.report.Format;
import dev.aftercommit.lab.report.Replay;
import dev.aftercommit.lab.report.Report;
import dev.aftercommit.lab.scenario.Level;
import dev.aftercommit.lab.scenario.Scenario;
import dev.aftercommit.lab.scenario.ScenarioLanes;
import dev.aftercommit.lab.scenario.SpecRunner;
import dev.aftercommit.lab.search.Budget;
import dev.aftercommit.lab.search.Checkpoint;
import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Explorer;
import dev.aftercommit.lab.search.Found;
import dev.aftercommit.lab.search.Token;
import dev.aftercommit.lab.stack.StackAddresses;
import dev.aftercommit.stack.servers.Servers;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Explores one scenario, or runs the permutations that it names. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a scenario in every order, or in the orders that its file names.",
      "A file that names permutations is run as PostgreSQL's isolationtester runs it, and prints"
          + " the same."
    })
final class RunCommand implements Callable<Integer> {

  private static final List<String> OF_ONE_SCENARIO =
      List.of("--checkpoint", "--command", "--faults", "--format", "--lanes", "--naive", "--out");

  @Parameters(
      paramLabel = "NAME|FILE",
      arity = "0..1",
      description = "A scenario of 'lab list', or a file.")
  private @Nullable String name;

  @Option(
      names = "--all",
      description =
          "All scenarios of 'lab list', each at every level; exit code 1 if a verdict is another"
              + " than the listed one.")
  private boolean all;

  @Option(
      names = "--level",
      paramLabel = "LEVEL",
      description =
          "read-committed, repeatable-read or serializable; without it the one of the file, or"
              + " read-committed.")
  private @Nullable String level;

  @Option(
      names = "--max",
      paramLabel = "N",
      defaultValue = "20000",
      description = "Schedules to run at most (default: ${DEFAULT-VALUE}).")
  private int max;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "60",
      description = "How long to search at most (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--preemptions",
      paramLabel = "N",
      description = "Only schedules in which actors are interrupted at most N times.")
  private int preemptions = Budget.ALL;

  @Option(
      names = "--faults",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "How much may go wrong in one schedule, of what the scenario allows (default:"
              + " ${DEFAULT-VALUE}).")
  private int faults;

  @Option(names = "--naive", description = "Run every order, also those that can show nothing new.")
  private boolean naive;

  @Option(
      names = "--lanes",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "How many schedules are run at once, each on a database, an index of the cache and queues"
              + " of its own (default: ${DEFAULT-VALUE}).")
  private int lanes;

  @Option(
      names = "--checkpoint",
      paramLabel = "FILE",
      description =
          "Where what is left is kept if the budget ends the search, and where it goes on from.")
  private @Nullable Path checkpoint;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Format format = Format.text;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Where the report goes; else it is printed.")
  private @Nullable Path out;

  @Mixin private CommandsOption commands = new CommandsOption();

  @Mixin private ServerOption server = new ServerOption();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws SQLException, InterruptedException, IOException {
    String named = name;
    String wanted = level;
    if (all == (named != null)) {
      throw new ParameterException(spec.commandLine(), "Name one scenario, or --all");
    }
    if (named == null) {
      refuseWithAll();
      return runAll(wanted == null ? List.of(Level.values()) : List.of(Level.of(wanted)));
    }
    Scenario scenario = commands.find(named);
    if (wanted != null) {
      scenario = scenario.at(Level.of(wanted));
    }
    try (Servers servers = server.startFor(scenario, lanes)) {
      if (!scenario.permutations().isEmpty()) {
        print(SpecRunner.run(scenario, StackAddresses.of(servers.postgres())));
        return LabCommand.HOLDS;
      }
      try (ScenarioLanes opened =
          ScenarioLanes.open(scenario, ServerOption.addresses(servers, scenario), lanes, faults)) {
        return explore(named, scenario, opened);
      }
    }
  }

  /** The catalogue is run as it is listed: these options would change what is compared. */
  private void refuseWithAll() {
    List<String> refused =
        OF_ONE_SCENARIO.stream()
            .filter(spec.commandLine().getParseResult()::hasMatchedOption)
            .toList();
    if (!refused.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--all goes without " + String.join(", ", refused));
    }
  }

  private int runAll(List<Level> levels) throws SQLException, InterruptedException {
    try (Servers servers = server.startAll()) {
      PrintWriter progress = spec.commandLine().getErr();
      return new RunAll(spec.commandLine().getOut(), progress, budget(Duration.ZERO))
          .run(levels, ServerOption.addresses(servers));
    }
  }

  private Budget budget(Duration afterFailure) {
    return new Budget(max, Duration.ofSeconds(seconds), preemptions, afterFailure);
  }

  private int explore(String named, Scenario scenario, ScenarioLanes opened)
      throws SQLException, InterruptedException, IOException {
    Budget budget = budget(Duration.ofSeconds(2));
    ProgressLine progress = new ProgressLine(spec.commandLine().getErr());
    Exploration exploration =
        Explorer.explore(opened.lanes(!naive), budget, progress, checkpointOf(scenario));
    progress.done();
    Found failure = exploration.failure();
    Replay replay =
        failure == null ? Replay.NONE : ReplayLine.of(scenario, failure, named, commands);
    print(
        format.write(
            new Report(
                    scenario.name(),
                    scenario.level().title(),
                    scenario.description(),
                    scenario.actors(),
                    exploration,
                    replay)
                .observed(opened.first())));
    return switch (exploration.verdict()) {
      case HOLDS -> LabCommand.HOLDS;
      case FAILS -> LabCommand.FAILS;
      case BOUNDED -> LabCommand.BUDGET;
      case INCONCLUSIVE, NONDETERMINISTIC -> LabCommand.HARNESS;
    };
  }

  private @Nullable Checkpoint checkpointOf(Scenario scenario) {
    Path file = checkpoint;
    return file == null
        ? null
        : new Checkpoint(
            file,
            "%s %05x, %s, faults %d, preemptions %d%s"
                .formatted(
                    scenario.name(),
                    Token.hash(scenario.text()),
                    scenario.level().title(),
                    faults,
                    preemptions,
                    naive ? ", every order" : ""));
  }

  private void print(String text) throws IOException {
    Path file = out;
    if (file != null) {
      Files.writeString(file, text);
      return;
    }
    PrintWriter writer = spec.commandLine().getOut();
    writer.print(text);
    writer.flush();
  }
}

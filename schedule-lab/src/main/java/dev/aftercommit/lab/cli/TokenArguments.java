package dev.aftercommit.lab.cli;

import dev.aftercommit.lab.report.Replay;
import dev.aftercommit.lab.scenario.Level;
import dev.aftercommit.lab.scenario.Library;
import dev.aftercommit.lab.scenario.Scenario;
import dev.aftercommit.lab.scenario.ScenarioException;
import dev.aftercommit.lab.search.Found;
import dev.aftercommit.lab.search.Token;
import dev.aftercommit.stack.servers.Servers;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The token of a schedule, and what its scenario was run with. */
final class TokenArguments {

  @Parameters(paramLabel = "TOKEN", description = "What 'lab run' printed.")
  private String token = "";

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "The file that was run, if it was not a scenario of 'lab list'.")
  private @Nullable String file;

  @Mixin private CommandsOption commands = new CommandsOption();

  @Mixin private ServerOption server = new ServerOption();

  /**
   * The token.
   *
   * @throws IllegalArgumentException if it is none
   */
  Token token() {
    return Token.decode(token);
  }

  /**
   * The scenario that the token is of, at its level.
   *
   * @throws IllegalArgumentException if no scenario of the catalogue has the token
   * @throws ScenarioException if the file has another text than the one that the token is of
   */
  Scenario scenario() {
    Token wanted = token();
    Scenario found = file == null ? inLibrary(wanted) : commands.find(file);
    boolean fits =
        Token.hash(found.text()) == wanted.scenario() && found.actors().size() == wanted.actors();
    if (!fits) {
      throw new ScenarioException(
          "The token was made from another text than that of %s: a changed scenario has other tokens, and so has one with another --command"
              .formatted(found.name()));
    }
    return found.at(Level.ofDigit(wanted.level()));
  }

  private Scenario inLibrary(Token wanted) {
    return Library.entries().stream()
        .map(entry -> commands.find(entry.name()))
        .filter(scenario -> Token.hash(scenario.text()) == wanted.scenario())
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "No scenario of 'lab list' has this token: name its file with --file, and each"
                        + " --command that was given; a scenario that was changed since has other"
                        + " tokens"));
  }

  /** How another schedule of the same scenario is run again. */
  Replay replayOf(Scenario scenario, Found schedule) {
    return ReplayLine.of(scenario, schedule, file == null ? scenario.name() : file, commands);
  }

  /** Starts or finds the servers that the scenario needs; closing them stops what was started. */
  Servers startServers(Scenario scenario) {
    return server.startFor(scenario);
  }
}

package dev.aftercommit.lab.cli;

import dev.aftercommit.lab.report.Report;
import dev.aftercommit.lab.scenario.Level;
import dev.aftercommit.lab.scenario.Library;
import dev.aftercommit.lab.scenario.Scenario;
import dev.aftercommit.lab.scenario.ScenarioException;
import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Found;
import dev.aftercommit.lab.search.Token;
import dev.aftercommit.lab.search.Verdict;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From a token to the scenario that it is of, and back to a report of its schedule. */
final class TokenScenario {

  private TokenScenario() {}

  /**
   * The scenario, at the token's level.
   *
   * @param file the file that was run; null if it was a scenario of the catalogue
   * @param commands what was said of its sessions outside
   * @throws IllegalArgumentException if no scenario of the catalogue has the token
   * @throws ScenarioException if the file has another text than the one that the token is of
   */
  static Scenario find(Token token, @Nullable String file, CommandsOption commands) {
    Scenario found = file == null ? inLibrary(token, commands) : commands.find(file);
    boolean fits =
        Token.hash(found.text()) == token.scenario() && found.actors().size() == token.actors();
    if (!fits) {
      throw new ScenarioException(
          "The token was made from another text than that of %s: a changed scenario has other tokens, and so has one with another --command"
              .formatted(found.name()));
    }
    return found.at(Level.ofDigit(token.level()));
  }

  private static Scenario inLibrary(Token token, CommandsOption commands) {
    return Library.entries().stream()
        .map(entry -> commands.find(entry.name()))
        .filter(scenario -> Token.hash(scenario.text()) == token.scenario())
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "No scenario of 'lab list' has this token: name its file with --file, and each"
                        + " --command that was given; a scenario that was changed since has other"
                        + " tokens"));
  }

  /** A report of one schedule. */
  static Report report(Scenario scenario, Found found, String token) {
    Exploration one =
        new Exploration(
            Verdict.FAILS, "", 1, 0, false, 0, false, found, null, Map.of(), 1, Duration.ZERO);
    return new Report(
        scenario.name(),
        scenario.level().title(),
        scenario.description(),
        scenario.actors(),
        one,
        token);
  }
}

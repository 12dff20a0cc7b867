package dev.aftercommit.lab.cli;

import dev.aftercommit.lab.report.Replay;
import dev.aftercommit.lab.scenario.Library;
import dev.aftercommit.lab.scenario.Scenario;
import dev.aftercommit.lab.search.Found;
import dev.aftercommit.lab.search.Token;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The command that runs a schedule again, from the same working directory. */
final class ReplayLine {

  /** A word that means itself to a shell. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@%+=,-]+");

  private ReplayLine() {}

  /**
   * The command.
   *
   * @param nameOrFile what was run
   * @param commands what was said of its sessions outside
   */
  static Replay of(Scenario scenario, Found schedule, String nameOrFile, CommandsOption commands) {
    String token =
        Token.of(scenario.text(), scenario.level().digit(), scenario.actors(), schedule).encoded();
    List<String> words = new ArrayList<>(List.of(launcher(), "lab", "replay", token));
    if (!Library.contains(nameOrFile)) {
      words.add("--file");
      words.add(nameOrFile);
    }
    words.addAll(commands.words());
    return new Replay(
        token, words.stream().map(ReplayLine::quoted).collect(Collectors.joining(" ")));
  }

  /** It can be called from everywhere; the scenario's file and commands cannot. */
  private static String launcher() {
    Path here = Path.of("").toAbsolutePath();
    Path home = Path.of(System.getProperty("aftercommit.home", "")).toAbsolutePath();
    return home.equals(here) ? "./aftercommit" : home.resolve("aftercommit").toString();
  }

  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}

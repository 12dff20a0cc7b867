package dev.aftercommit.lab.cli;

import dev.aftercommit.lab.scenario.Library;
import dev.aftercommit.lab.scenario.Scenario;
import dev.aftercommit.lab.scenario.ScenarioException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Sessions that are processes. */
final class CommandsOption {

  @Option(
      names = "--command",
      paramLabel = "SESSION=COMMAND",
      description =
          "A session that is a process, started by this command of the shell for each schedule; in place of the"
              + " file's session of that name, or in addition. It finds its servers by PGHOST, PGPORT, ...,"
              + " DATABASE_URL, REDIS_URL and AMQP_URL. A replay needs the same.")
  private Map<String, String> commands = new LinkedHashMap<>();

  /** The same options again, each as one word. */
  List<String> words() {
    return commands.entrySet().stream()
        .flatMap(entry -> Stream.of("--command", entry.getKey() + "=" + entry.getValue()))
        .toList();
  }

  /**
   * The scenario of this name, or in this file, with these sessions.
   *
   * @throws ScenarioException if there is none, or it is malformed
   */
  Scenario find(String nameOrFile) {
    return Library.find(nameOrFile, commands);
  }
}

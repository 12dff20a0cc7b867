package dev.aftercommit.lab.cli;

import dev.aftercommit.lab.scenario.Library;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Names the scenarios that come with the lab. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description =
        "Names the scenarios, with their verdicts at READ COMMITTED, REPEATABLE READ, SERIALIZABLE.")
final class ListCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%-28s %-5s  %-5s  %-5s  %s%n", "NAME", "RC", "RR", "SER", "ABOUT");
    for (Library.Entry entry : Library.entries()) {
      out.printf(
          "%-28s %-5s  %-5s  %-5s  %s%n",
          entry.name(),
          entry.expected().get(0),
          entry.expected().get(1),
          entry.expected().get(2),
          entry.title());
    }
    out.flush();
  }
}

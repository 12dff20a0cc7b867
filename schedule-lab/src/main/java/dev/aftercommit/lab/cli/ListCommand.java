package dev.aftercommit.lab.cli;

import dev.aftercommit.lab.scenario.Library;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Names the scenarios that come with the lab. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description =
        "Names the scenarios, with their anomaly's number in docs/anomalies and their verdicts at READ COMMITTED, REPEATABLE READ, SERIALIZABLE.")
final class ListCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%2s %-5s %-27s  %-5s  %-5s  %-5s  %s%n", "", "", "NAME", "RC", "RR", "SER", "ABOUT");
    for (Library.Anomaly anomaly : Library.anomalies()) {
      for (Library.Entry entry : anomaly.entries()) {
        out.printf(
            "%2d %-5s %-27s  %-5s  %-5s  %-5s  %s%n",
            anomaly.number(),
            entry.version().name().toLowerCase(Locale.ROOT),
            entry.name(),
            entry.expected().get(0),
            entry.expected().get(1),
            entry.expected().get(2),
            entry.title());
      }
    }
    out.flush();
  }
}

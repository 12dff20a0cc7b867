package dev.aftercommit.lab.cli;

import dev.aftercommit.lab.catalogue.Pages;
import dev.aftercommit.stack.servers.Servers;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes the pages of the catalogue. */
@Command(
    name = "docs",
    mixinStandardHelpOptions = true,
    description = "Writes a page per anomaly, with a schedule that the lab has found.",
    footer = {"", "Exit code 1: --check has found pages that are out of date."})
final class DocsCommand implements Callable<Integer> {

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      defaultValue = "${sys:aftercommit.home:-.}/docs/anomalies",
      description = "Where the pages are (default: docs/anomalies of this repository).")
  private Path folder = Path.of("docs/anomalies");

  @Option(names = "--check", description = "Write nothing, and say which pages are out of date.")
  private boolean check;

  @Mixin private ServerOption server = new ServerOption();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws SQLException, InterruptedException, IOException {
    PrintWriter out = spec.commandLine().getOut();
    try (Servers servers = server.startAll()) {
      Pages pages = Pages.generate(ServerOption.addresses(servers));
      List<String> different = pages.differences(folder);
      if (check && !different.isEmpty()) {
        out.println("Out of date: " + String.join(", ", different));
        out.println("'./aftercommit lab docs' writes them anew.");
        return LabCommand.FAILS;
      }
      if (!check) {
        pages.write(folder);
      }
      out.println(check ? "All pages are up to date." : "Written: " + different.size());
      return LabCommand.HOLDS;
    }
  }
}

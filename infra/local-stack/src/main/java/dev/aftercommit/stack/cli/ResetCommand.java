package dev.aftercommit.stack.cli;

import dev.aftercommit.stack.process.DataFolder;
import dev.aftercommit.stack.servers.Servers;
import dev.aftercommit.stack.services.Repository;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Removes what {@code up} keeps. */
@Command(
    name = "reset",
    mixinStandardHelpOptions = true,
    description = "Removes the data that 'up' keeps in .aftercommit/, after a question.")
final class ResetCommand implements Callable<Integer> {

  private static final Set<String> YES = Set.of("y", "yes");

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Path folder = Repository.find().keptFolder();
    if (!Files.exists(folder)) {
      out.println("There is no data to remove.");
      return 0;
    }
    if (DataFolder.inUse(folder)) {
      spec.commandLine()
          .getErr()
          .println("aftercommit: the stack is up; stop it with Ctrl-C before removing its data");
      return Main.COULD_NOT_RUN;
    }
    if (!yes && !confirmed(out, folder)) {
      out.println("Nothing was removed.");
      return Main.COULD_NOT_RUN;
    }
    Servers.removeData(folder);
    out.println("Removed " + folder);
    return 0;
  }

  private static boolean confirmed(PrintWriter out, Path folder) throws IOException {
    out.print("Remove all data in " + folder + "? [y/N] ");
    out.flush();
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
    @Nullable String answer = input.readLine();
    return answer != null && YES.contains(answer.strip().toLowerCase(Locale.ROOT));
  }
}

package dev.aftercommit.lab.cli;

import dev.aftercommit.lab.UnusableServerException;
import dev.aftercommit.lab.draft.DraftException;
import dev.aftercommit.lab.scenario.ScenarioException;
import dev.aftercommit.stack.process.StackException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of the lab. */
@Command(
    name = "aftercommit lab",
    mixinStandardHelpOptions = true,
    description =
        "Runs transactions in every order there is, and draws the order that breaks them.",
    subcommands = {
      ListCommand.class,
      RunCommand.class,
      ReplayCommand.class,
      ShrinkCommand.class,
      AuditCommand.class,
      DocsCommand.class,
      DraftCommand.class
    },
    footer = {
      "",
      "Exit codes: 0 all holds, 1 a schedule fails, 2 it could not run or cannot tell,",
      "3 a replay differs, 4 the budget ended the search.",
      "'COMMAND --help' describes a command."
    })
public final class LabCommand implements Runnable {

  static final int HOLDS = 0;
  static final int FAILS = 1;
  static final int HARNESS = 2;
  static final int MISMATCH = 3;
  static final int BUDGET = 4;

  @Spec private CommandSpec spec = CommandSpec.create();

  private LabCommand() {}

  /** Runs the command that the arguments name and ends this program with its exit code. */
  public static void main(String[] arguments) {
    // Diagrams are drawn with more than ASCII, whatever the locale says.
    PrintWriter out = utf8(System.out);
    int exit = commandLine().setOut(out).setErr(utf8(System.err)).execute(arguments);
    out.flush();
    System.exit(exit);
  }

  private static PrintWriter utf8(OutputStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }

  static CommandLine commandLine() {
    return new CommandLine(new LabCommand())
        .setUsageHelpWidth(100)
        .setExecutionExceptionHandler(
            (failure, commandLine, parsed) -> {
              boolean expected =
                  failure instanceof ScenarioException
                      || failure instanceof DraftException
                      || failure instanceof StackException
                      || failure instanceof UnusableServerException
                      || failure instanceof UncheckedIOException
                      || failure instanceof SQLException
                      || failure instanceof IllegalArgumentException;
              if (expected) {
                commandLine.getErr().println("aftercommit lab: " + failure.getMessage());
              } else {
                commandLine.getErr().println("aftercommit lab: unexpected failure");
                failure.printStackTrace(commandLine.getErr());
              }
              return HARNESS;
            });
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Name a command");
  }
}

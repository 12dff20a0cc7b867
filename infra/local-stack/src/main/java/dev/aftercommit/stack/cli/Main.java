package dev.aftercommit.stack.cli;

import dev.aftercommit.stack.demo.DemoCommand;
import dev.aftercommit.stack.imports.ImportCommand;
import dev.aftercommit.stack.process.StackException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The launcher. Exit codes: 0 everything held, 1 a promise broke, 2 it could not run, with the
 * reason.
 */
@Command(
    name = "aftercommit",
    description = "Commit first, then tell the world: four services on real servers.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      DemoCommand.class,
      UpCommand.class,
      ImportCommand.class,
      IdCommand.class,
      ResetCommand.class,
      VerifyCommand.class
    },
    footer = {
      "",
      "Exit codes: 0 everything held, 1 a promise broke, 2 it could not run (the reason is printed).",
      "'COMMAND --help' describes a command.",
      "",
      "Started alike: 'aftercommit lab' runs transactions in every order (schedule-lab), and",
      "'benchmarks/run' measures. Each has a --help of its own."
    })
public final class Main implements Callable<Integer> {

  /** What a command returns when it could not run. */
  static final int COULD_NOT_RUN = 2;

  @Spec private CommandSpec spec = CommandSpec.create();

  private Main() {}

  /** Runs the command that the arguments name and ends this program with its exit code. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setUsageHelpWidth(100)
        .setExecutionExceptionHandler(
            (failure, commandLine, parsed) -> {
              if (failure instanceof StackException) {
                commandLine.getErr().println("aftercommit: " + failure.getMessage());
              } else {
                commandLine.getErr().println("aftercommit: unexpected failure");
                failure.printStackTrace(commandLine.getErr());
              }
              return COULD_NOT_RUN;
            });
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Name a command");
  }

  /** Reads the version that the build wrote into the jar. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"aftercommit " + (version == null ? "(not packaged)" : version)};
    }
  }
}

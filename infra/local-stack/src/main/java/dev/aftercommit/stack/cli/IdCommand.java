package dev.aftercommit.stack.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Commands about public ids. */
@Command(
    name = "id",
    mixinStandardHelpOptions = true,
    description = "Public ids, as 'id decode TOKEN'.",
    subcommands = IdDecodeCommand.class)
final class IdCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Name a command: id decode TOKEN");
  }
}

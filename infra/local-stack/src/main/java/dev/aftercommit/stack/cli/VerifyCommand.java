package dev.aftercommit.stack.cli;

import dev.aftercommit.stack.services.Repository;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Builds and tests everything with Maven. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Checks formats, treats warnings as errors and runs every unit, architecture, integration and system test",
      "on real servers. The same as ./mvnw verify."
    })
final class VerifyCommand implements Callable<Integer> {

  @Option(names = "--fast", description = "Leave out system tests and benchmarks.")
  private boolean fast;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Repository repository = Repository.find();
    List<String> command = new ArrayList<>(List.of("./mvnw", "-B", "-ntp", "verify"));
    if (fast) {
      command.addAll(List.of("-pl", "!system-tests,!benchmarks"));
    }
    Process maven =
        new ProcessBuilder(command).directory(repository.folder().toFile()).inheritIO().start();
    return maven.waitFor() == 0 ? 0 : 1;
  }
}

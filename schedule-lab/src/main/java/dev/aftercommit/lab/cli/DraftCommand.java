package dev.aftercommit.lab.cli;

import dev.aftercommit.lab.draft.Draft;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Drafts a scenario from what a server logged. */
@Command(
    name = "draft",
    mixinStandardHelpOptions = true,
    description = {
      "Draws what a PostgreSQL log tells of two transactions that disturb each other, and drafts the",
      "scenario that runs them in every order. Without --pglog it prints the settings of the server."
    },
    footer = {"", "Exit code 0: drafted; 2: the log does not tell enough."})
final class DraftCommand implements Callable<Integer> {

  @Option(
      names = "--settings",
      description = "Print the settings of the server that a draft needs, and end.")
  private boolean settings;

  @Option(
      names = "--pglog",
      paramLabel = "FILE",
      description = "The server's log with log_destination=jsonlog.")
  private @Nullable Path log;

  @Option(
      names = "--otel",
      paramLabel = "FILE",
      description = "Spans as OTLP/JSON: they name the actors and show what was not SQL.")
  private @Nullable Path spans;

  @Option(
      names = "--wal",
      paramLabel = "FILE",
      description =
          "Changes as test_decoding writes them: they tell the order of commits and the rows.")
  private @Nullable Path wal;

  @Option(
      names = "--schema",
      paramLabel = "FILE",
      description = "SQL that makes the tables, for example of pg_dump --schema-only --no-owner.")
  private @Nullable Path schema;

  @Option(
      names = "--pair",
      paramLabel = "N",
      defaultValue = "1",
      description = "Which pair of the summary to draft (default: ${DEFAULT-VALUE}).")
  private int pair;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Where the scenario goes; else it is printed.")
  private @Nullable Path out;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    PrintWriter writer = spec.commandLine().getOut();
    Path file = log;
    if (settings || file == null) {
      writer.print(Draft.settings());
      writer.flush();
      return LabCommand.HOLDS;
    }
    Stream.of(file, spans, wal, schema).filter(Objects::nonNull).forEach(this::check);
    Draft draft = Draft.of(new Draft.Sources(file, spans, wal, schema), pair);
    writer.printf("%s%n%s%n", draft.summary(), draft.diagram());
    Path target = out;
    if (target == null) {
      writer.print(draft.scenario());
    } else {
      Files.writeString(target, draft.scenario());
      writer.printf("Now run it: ./aftercommit lab run %s%n", target);
    }
    writer.flush();
    return LabCommand.HOLDS;
  }

  private void check(Path given) {
    if (!Files.isReadable(given)) {
      throw new ParameterException(spec.commandLine(), "There is no file " + given + " to read");
    }
  }
}

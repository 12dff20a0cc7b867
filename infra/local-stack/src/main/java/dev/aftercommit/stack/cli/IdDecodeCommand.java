package dev.aftercommit.stack.cli;

import dev.aftercommit.publicids.DecodedId;
import dev.aftercommit.publicids.IdKey;
import dev.aftercommit.publicids.IdTokens;
import dev.aftercommit.publicids.IdType;
import dev.aftercommit.stack.process.StackException;
import dev.aftercommit.stack.services.PublicIdKey;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what a public id stands for. */
@Command(
    name = "decode",
    mixinStandardHelpOptions = true,
    description = "Prints type, instance and sequence of a public id.",
    footer = {
      "",
      "Without --key: the key in AFTERCOMMIT_IDS_KEY, else that of development. No database is asked:",
      "whether the thing exists, the id does not say. Exit code 2: it is no id."
    })
final class IdDecodeCommand implements Callable<Integer> {

  private static final Pattern UUID_FORM =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  @Parameters(
      paramLabel = "TOKEN",
      description = "emp_, dep_, prj_, evt_ or run_ and 12 characters, or the UUID of an event.")
  private String token = "";

  @Option(
      names = "--key",
      paramLabel = "HEX",
      description = "32 hexadecimal digits: aftercommit.ids.key of the employee-service.")
  private @Nullable String key;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    DecodedId id = decode();
    PrintWriter out = spec.commandLine().getOut();
    out.printf("type      %s%n", id.type().name().toLowerCase(Locale.ROOT));
    out.printf(
        "instance  %d%s%n", id.instance(), id.instance() == 0 ? " (numbered by the database)" : "");
    out.printf("sequence  %d%n", id.sequence());
    out.flush();
    return 0;
  }

  private DecodedId decode() {
    try {
      IdKey wanted = key == null ? PublicIdKey.fromEnvironment() : IdKey.parse(key);
      return new IdTokens(wanted).decode(asToken());
    } catch (IllegalArgumentException e) {
      throw new StackException(String.valueOf(e.getMessage()));
    }
  }

  private String asToken() {
    return UUID_FORM.matcher(token).matches()
        ? IdTokens.token(IdType.EVENT, UUID.fromString(token))
        : token;
  }
}

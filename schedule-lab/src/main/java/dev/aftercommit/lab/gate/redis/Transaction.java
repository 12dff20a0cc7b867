package dev.aftercommit.lab.gate.redis;

import dev.aftercommit.lab.sql.Effect;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a connection has watched, and collected since MULTI. */
final class Transaction {

  private final Set<String> watched = new HashSet<>();
  private final List<RedisCommand> queued = new ArrayList<>();
  private boolean open;

  boolean isOpen() {
    return open;
  }

  /** Whether the command is executed as it comes, or executes what was collected. */
  boolean executes(RedisCommand command) {
    return open ? command.is("EXEC") : !command.isLocal() && !command.isOfTransaction();
  }

  /** The step that the command is, or that it ends. */
  RedisStep step(RedisCommand command) {
    if (!open) {
      return new RedisStep(command.text(), command.fingerprint(), command.effect());
    }
    if (!command.is("EXEC")) {
      return new RedisStep(command.text(), command.fingerprint(), Effect.NONE);
    }
    Effect effect = watched.isEmpty() ? Effect.NONE : RedisCommand.reading(watched);
    for (RedisCommand each : queued) {
      effect = effect.and(each.effect());
    }
    return new RedisStep(join(RedisCommand::text), join(RedisCommand::fingerprint), effect);
  }

  private String join(Function<RedisCommand, String> part) {
    return Stream.of(Stream.of("MULTI"), queued.stream().map(part), Stream.of("EXEC"))
        .flatMap(Function.identity())
        .collect(Collectors.joining("; "));
  }

  /** Takes note of what the server made of a command. */
  void answered(RedisCommand command, Resp answer) {
    switch (command.name()) {
      case "MULTI" -> open |= answer.says("OK");
      case "WATCH" -> {
        if (answer.says("OK")) {
          watched.addAll(command.names());
        }
      }
      case "EXEC", "DISCARD" -> {
        if (open) {
          end();
        }
      }
      case "RESET" -> end();
      case "UNWATCH" -> {
        if (!open) {
          watched.clear();
        }
      }
      default -> {}
    }
    if (answer.says("QUEUED")) {
      queued.add(command);
    }
  }

  private void end() {
    open = false;
    queued.clear();
    watched.clear();
  }
}

package dev.aftercommit.lab.scenario;

import dev.aftercommit.lab.gate.redis.CommandLine;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/** A session's connection to the cache; a new one when the last one was lost. */
final class RedisLink implements AutoCloseable {

  private static final String RESULT = "value";

  private final Supplier<Jedis> opener;
  private @Nullable Jedis connection;

  RedisLink(Supplier<Jedis> opener) {
    this.opener = opener;
  }

  private Jedis connection() {
    Jedis current = connection;
    if (current == null || current.isBroken()) {
      close();
      current = opener.get();
      connection = current;
    }
    return current;
  }

  /** Runs a command; the answer is a table of one column, {@code value}. */
  Table run(String line) throws StepFailure {
    List<byte[]> words = CommandLine.words(line);
    try {
      Object answer =
          connection()
              .sendCommand(words::getFirst, words.subList(1, words.size()).toArray(byte[][]::new));
      return table(answer);
    } catch (JedisDataException e) {
      throw new StepFailure(String.valueOf(e.getMessage()).split(" ", 2)[0], e);
    } catch (JedisConnectionException e) {
      throw new StepFailure("redis-unavailable", e);
    }
  }

  private static Table table(@Nullable Object answer) {
    List<List<@Nullable String>> rows = new ArrayList<>();
    for (Object value : answer instanceof List<?> list ? list : singleton(answer)) {
      List<@Nullable String> row = new ArrayList<>();
      row.add(value == null ? null : text(value));
      rows.add(row);
    }
    return new Table(List.of(RESULT), rows);
  }

  private static List<@Nullable Object> singleton(@Nullable Object value) {
    List<@Nullable Object> one = new ArrayList<>();
    one.add(value);
    return one;
  }

  private static String text(Object value) {
    return value instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : String.valueOf(value);
  }

  @Override
  public void close() {
    Jedis current = connection;
    if (current != null) {
      current.close();
      connection = null;
    }
  }
}

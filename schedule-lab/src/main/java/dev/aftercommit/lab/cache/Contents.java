package dev.aftercommit.lab.cache;

import dev.aftercommit.lab.gate.redis.CommandLine;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.Response;

/** Reads a whole index as text. Connections must speak RESP2, in which a map is a list. */
final class Contents {

  private Contents() {}

  private record Found(Response<String> type, Response<Long> expiry) {}

  /** Every key and what it holds, equal for equal contents. */
  static SortedMap<String, String> read(Jedis redis) {
    SortedMap<String, Found> keys = new TreeMap<>();
    Set<String> names = redis.keys("*");
    Pipeline pipeline = redis.pipelined();
    names.forEach(key -> keys.put(key, new Found(pipeline.type(key), pipeline.pttl(key))));
    pipeline.sync();
    Map<String, Response<Object>> values = new TreeMap<>();
    keys.forEach((key, found) -> values.put(key, value(pipeline, key, found.type().get())));
    pipeline.sync();
    SortedMap<String, String> contents = new TreeMap<>();
    keys.forEach(
        (key, found) -> {
          Response<Object> value = values.get(key);
          String text = value == null ? "" : text(found.type().get(), value.get());
          // How long it still lives is another in each run.
          contents.put(key, found.expiry().get() < 0 ? text : text + " (expires)");
        });
    return contents;
  }

  private static Response<Object> value(Pipeline pipeline, String key, String type) {
    return switch (type) {
      case "string" -> pipeline.sendCommand(Command.GET, key);
      case "hash" -> pipeline.sendCommand(Command.HGETALL, key);
      case "list" -> pipeline.sendCommand(Command.LRANGE, key, "0", "-1");
      case "set" -> pipeline.sendCommand(Command.SMEMBERS, key);
      case "zset" -> pipeline.sendCommand(Command.ZRANGE, key, "0", "-1", "WITHSCORES");
      case "stream" -> pipeline.sendCommand(Command.XRANGE, key, "-", "+");
      default -> pipeline.sendCommand(Command.DUMP, key);
    };
  }

  private static String text(String type, @Nullable Object value) {
    List<?> items = value instanceof List<?> list ? list : List.of();
    return switch (type) {
      case "hash" -> "{" + String.join(", ", new TreeSet<>(pairs(items))) + "}";
      case "zset" -> "{" + String.join(", ", pairs(items)) + "}";
      case "set" ->
          "{"
              + items.stream().map(Contents::shown).sorted().collect(Collectors.joining(", "))
              + "}";
      // The ids of a stream's entries are times.
      case "stream" ->
          items.stream()
              .map(entry -> text("hash", ((List<?>) entry).get(1)))
              .collect(Collectors.joining(", ", "[", "]"));
      default -> shown(value);
    };
  }

  private static List<String> pairs(List<?> items) {
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i + 1 < items.size(); i += 2) {
      pairs.add(shown(items.get(i)) + "=" + shown(items.get(i + 1)));
    }
    return pairs;
  }

  /** An answer in one line. */
  static String shown(@Nullable Object answer) {
    return switch (answer) {
      case null -> "(nil)";
      case byte[] bytes -> CommandLine.quoted(new String(bytes, StandardCharsets.UTF_8));
      case List<?> list ->
          list.stream().map(Contents::shown).collect(Collectors.joining(", ", "[", "]"));
      default -> answer.toString();
    };
  }
}

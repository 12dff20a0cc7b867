package dev.aftercommit.lab.cache;

import dev.aftercommit.lab.UnusableServerException;
import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.redis.CommandLine;
import dev.aftercommit.lab.gate.redis.RedisGate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisException;

/**
 * An index of Redis of its own, emptied when it is closed. What a set-up has made of it is kept, so
 * that it can be put back. Scripts, functions and settings are the whole server's and stay as they
 * are. Not thread-safe.
 */
public final class LabRedis implements AutoCloseable {

  private final RedisAddress server;
  private final int index;
  private final Jedis control;
  private final List<Function<Pipeline, Response<String>>> kept = new ArrayList<>();

  private LabRedis(RedisAddress server, int index, Jedis control) {
    this.server = server;
    this.index = index;
    this.control = control;
  }

  /**
   * Takes an index that is empty and that nobody else is connected to; never index 0, which is
   * everybody's.
   *
   * @throws UnusableServerException if there is none
   */
  public static LabRedis create(RedisAddress server) {
    Jedis control = server.connect();
    try {
      int databases = Integer.parseInt(control.configGet("databases").get("databases"));
      List<Integer> indexes = new ArrayList<>(IntStream.range(1, databases).boxed().toList());
      // Two labs that begin at once shall not try the same one after the other.
      Collections.shuffle(indexes);
      for (int index : indexes) {
        control.select(index);
        if (isAlone(control, index) && control.dbSize() == 0) {
          return new LabRedis(server, index, control);
        }
      }
      throw new UnusableServerException(
          "Expected an empty index that nobody uses among 1 to %d of Redis at %s:%d, found none: FLUSHDB what is left over there"
              .formatted(databases - 1, server.host(), server.port()));
    } catch (RuntimeException e) { // whatever it was: nobody else could close the connection
      control.close();
      throw e;
    }
  }

  /** Whoever comes second to an index sees the first there, and goes on. */
  private static boolean isAlone(Jedis control, int index) {
    return control.clientList().lines().filter(line -> line.contains(" db=" + index + " ")).count()
        == 1;
  }

  /** Its number: what actors SELECT, or the path of their URL. */
  public int index() {
    return index;
  }

  /** Where it is. */
  public RedisAddress server() {
    return server;
  }

  /** Opens the actors' gates to it. */
  public Gate.Opener opener() {
    return RedisGate.opener(server.socket());
  }

  /**
   * Runs a command past the gates.
   *
   * @param line as typed into {@code redis-cli}; see {@link CommandLine}
   * @return the answer in one line
   * @throws JedisException if Redis refuses it
   * @throws IllegalArgumentException if the line is blank or its quotes are broken
   */
  public String execute(String line) {
    List<byte[]> words = CommandLine.words(line);
    if (words.isEmpty()) {
      throw new IllegalArgumentException("Expected a command of Redis, found a blank line");
    }
    byte[] name = words.getFirst();
    byte[][] arguments = words.subList(1, words.size()).toArray(byte[][]::new);
    return Contents.shown(control.sendCommand(() -> name, arguments));
  }

  /** Throws away everything in it. */
  public void clear() {
    control.flushDB();
    kept.clear();
  }

  /** Keeps all keys as they are now, with the time they have left to live, for {@link #restore}. */
  public void keep() {
    kept.clear();
    for (byte[] key : control.keys("*".getBytes(StandardCharsets.UTF_8))) {
      byte[] value = control.dump(key);
      // Those that never expire have -1 left, and for RESTORE that is 0.
      long left = Math.max(0, control.pttl(key));
      kept.add(pipeline -> pipeline.restore(key, left, value));
    }
  }

  /** Puts back what {@link #keep} has kept, and nothing else. */
  public void restore() {
    Pipeline pipeline = control.pipelined();
    List<Response<?>> answers = new ArrayList<>();
    answers.add(pipeline.sendCommand(new CommandArguments(Command.FLUSHDB)));
    kept.forEach(key -> answers.add(key.apply(pipeline)));
    pipeline.sync();
    // What was refused is thrown here.
    answers.forEach(Response::get);
  }

  /** Every key and what it holds as text, in the order of the keys. */
  public SortedMap<String, String> values() {
    return Contents.read(control);
  }

  /**
   * All of it as one text, equal for equal contents: whether a key expires is part of it, when is
   * not, and neither are the ids of a stream's entries.
   */
  public String contents() {
    return values().entrySet().stream()
        .map(entry -> CommandLine.quoted(entry.getKey()) + " " + entry.getValue())
        .collect(Collectors.joining("; "));
  }

  /** Empties the index and lets it go. */
  @Override
  public void close() {
    control.flushDB();
    control.close();
  }
}

package dev.aftercommit.lab.gate.redis;

import dev.aftercommit.lab.gate.redis.CommandTable.Kind;
import dev.aftercommit.lab.sql.Effect;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a client sends at once.
 *
 * @param words its name and arguments; never empty
 */
record RedisCommand(List<String> words) {

  private static final String EVERY_KEY = "redis:*";
  private static final int LONGEST_SCRIPT = 60;

  /** They say something about the connection, and nothing about keys. */
  private static final Set<String> LOCAL =
      Set.of(
          "ASKING",
          "AUTH",
          "COMMAND",
          "ECHO",
          "HELLO",
          "INFO",
          "PING",
          "QUIT",
          "READONLY",
          "READWRITE",
          "RESET",
          "SELECT",
          "TIME");

  private static final Set<String> LOCAL_OF_CLIENT =
      Set.of(
          "CACHING",
          "GETNAME",
          "GETREDIR",
          "HELP",
          "ID",
          "INFO",
          "LIST",
          "NO-EVICT",
          "NO-TOUCH",
          "SETINFO",
          "SETNAME",
          "TRACKING",
          "TRACKINGINFO");

  /** What they open or end is scheduled as a whole. */
  private static final Set<String> TRANSACTION = Set.of("MULTI", "EXEC", "DISCARD", "UNWATCH");

  private static final Set<String> BLOCKING =
      Set.of(
          "BLMOVE",
          "BLMPOP",
          "BLPOP",
          "BRPOP",
          "BRPOPLPUSH",
          "BZMPOP",
          "BZPOPMAX",
          "BZPOPMIN",
          "WAIT",
          "WAITAOF");

  private static final Set<String> STREAMING =
      Set.of(
          "MONITOR",
          "PSUBSCRIBE",
          "PSYNC",
          "PUNSUBSCRIBE",
          "REPLCONF",
          "SSUBSCRIBE",
          "SUBSCRIBE",
          "SUNSUBSCRIBE",
          "SYNC",
          "UNSUBSCRIBE");

  RedisCommand {
    words = List.copyOf(words);
  }

  /** The command as it is sent. */
  byte[] bytes() {
    StringBuilder sent = new StringBuilder("*").append(words.size()).append("\r\n");
    for (String word : words) {
      int length = word.getBytes(StandardCharsets.UTF_8).length;
      sent.append('$').append(length).append("\r\n").append(word).append("\r\n");
    }
    return sent.toString().getBytes(StandardCharsets.UTF_8);
  }

  String name() {
    return upper(0);
  }

  /** The argument in capitals; empty if there is none. */
  private String upper(int at) {
    return at < words.size() ? words.get(at).toUpperCase(Locale.ROOT) : "";
  }

  boolean is(String name) {
    return name().equals(name);
  }

  /** Whether it is no decision when it is done. */
  boolean isLocal() {
    return switch (name()) {
      case "CLIENT" -> LOCAL_OF_CLIENT.contains(upper(1));
      // Who has loaded a script is not scheduled: clients send it when it is missing.
      case "SCRIPT" -> upper(1).equals("LOAD") || upper(1).equals("EXISTS");
      default -> LOCAL.contains(name());
    };
  }

  /** Whether it opens or ends a transaction. */
  boolean isOfTransaction() {
    return TRANSACTION.contains(name());
  }

  /** Whether Redis may keep its answer back until somebody else does something. */
  boolean blocks() {
    return switch (name()) {
      case "XREAD", "XREADGROUP" ->
          words.stream()
              .takeWhile(w -> !w.equalsIgnoreCase("STREAMS"))
              .anyMatch("BLOCK"::equalsIgnoreCase);
      default -> BLOCKING.contains(name());
    };
  }

  /** Whether one command is no longer followed by one answer. */
  boolean streams() {
    return switch (name()) {
      case "CLIENT" ->
          upper(1).equals("REPLY") || (upper(1).equals("TRACKING") && !upper(2).equals("OFF"));
      default -> STREAMING.contains(name());
    };
  }

  /** The keys that it names; empty if it names none or is not known. */
  List<String> keys() {
    return CommandTable.accessOf(this)
        .map(access -> access.keys().stream().map(words::get).toList())
        .orElse(List.of());
  }

  Effect effect() {
    if (isLocal() || isOfTransaction()) {
      return Effect.NONE;
    }
    Kind kind = CommandTable.accessOf(this).map(CommandTable.Access::kind).orElse(Kind.SCRIPT);
    return switch (kind) {
      case READ -> reading(names());
      case WRITE -> new Effect(Set.of(EVERY_KEY), names(), names(), false, false);
      case SCRIPT -> new Effect(Set.of(), Set.of(EVERY_KEY), Set.of(EVERY_KEY), false, false);
    };
  }

  /** Looks at keys; whatever touches every key touches these. */
  static Effect reading(Set<String> names) {
    Set<String> all = new HashSet<>(names);
    all.add(EVERY_KEY);
    return new Effect(all, Set.of(), Set.of(), false, false);
  }

  /** The keys as effects name them. */
  Set<String> names() {
    Set<String> names = new HashSet<>();
    keys().forEach(key -> names.add("redis:" + key));
    return names;
  }

  /** Whether it calls a script by its hash, which works only once the server has the script. */
  boolean callsByHash() {
    return words.size() > 1 && (is("EVALSHA") || is("EVALSHA_RO"));
  }

  private boolean bringsScript() {
    return words.size() > 1 && (is("EVAL") || is("EVAL_RO"));
  }

  /** The command as it can be typed; a script is cut short. */
  String text() {
    List<String> shown = new ArrayList<>(words.stream().map(CommandLine::quoted).toList());
    shown.set(0, name());
    if (bringsScript()) {
      String line = words.get(1).strip().replaceAll("\\s+", " ");
      shown.set(
          1,
          CommandLine.quoted(
              line.length() > LONGEST_SCRIPT ? line.substring(0, LONGEST_SCRIPT) + "..." : line));
    }
    return String.join(" ", shown);
  }

  /**
   * The same for the same command on the same keys; and for a script, whether the client had to
   * send it or only its hash: that depends on what was run before.
   */
  String fingerprint() {
    List<Integer> keys =
        CommandTable.accessOf(this).map(CommandTable.Access::keys).orElse(List.of());
    StringBuilder print = new StringBuilder(name().replace("EVALSHA", "EVAL"));
    for (int i = 1; i < words.size(); i++) {
      String shown = keys.contains(i) ? CommandLine.quoted(words.get(i)) : "?";
      if (i == 1 && (bringsScript() || callsByHash())) {
        shown = bringsScript() ? hash(words.get(1)) : words.get(1).toLowerCase(Locale.ROOT);
      }
      print.append(' ').append(shown);
    }
    return print.toString();
  }

  /** What Redis calls the script. */
  private static String hash(String script) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1").digest(script.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-1", e);
    }
  }
}

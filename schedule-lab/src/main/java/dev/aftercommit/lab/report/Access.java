package dev.aftercommit.lab.report;

import dev.aftercommit.lab.sql.Effect;
import dev.aftercommit.lab.sql.Statement;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which rows a statement names, as a person would read it; good for explanations, not for deciding
 * what may be left out. What is not in the database has the names of its {@link Effect}.
 *
 * @param reads where it reads
 * @param writes where it changes; locking alone does not
 * @param queues whose messages it moves; {@code amqp:*} if only the broker knows
 * @param where the values that it compares columns with; empty for all rows
 * @param inserts whether what it writes is new, so that no condition tells which rows those are
 * @param locks whether it locks what it reads
 */
record Access(
    Set<String> reads,
    Set<String> writes,
    Set<String> queues,
    Map<String, Set<String>> where,
    boolean inserts,
    boolean locks) {

  private static final Pattern WRITTEN =
      Pattern.compile(
          "\\b(?:insert\\s+into|update|delete\\s+from|merge\\s+into)\\s+(?:only\\s+)?([a-z_][\\w.]*)",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern READ =
      Pattern.compile(
          "(?<!delete\\s)\\b(?:from|join|using)\\s+(?:only\\s+)?([a-z_][\\w.]*)",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern CONDITION =
      Pattern.compile(
          "(\\w+)\\s*(?:=\\s*('[^']*'|\\d+)|\\bin\\s*\\(([^()]*)\\))", Pattern.CASE_INSENSITIVE);
  private static final String QUEUE = "amqp:";
  private static final String ANY_QUEUE = QUEUE + "*";
  private static final String ANY_KEY = "redis:*";
  private static final Set<String> NO_TABLES = Set.of("set", "of", "skip", "nowait");

  /** What a statement names. */
  static Access of(Statement statement, String sql) {
    boolean inserts = statement.words().getFirst().equals("insert");
    Set<String> writes = statement.kind() == Statement.Kind.READ ? Set.of() : names(WRITTEN, sql);
    boolean locks = writes.isEmpty() && statement.kind() == Statement.Kind.WRITE;
    return new Access(names(READ, sql), writes, Set.of(), conditions(sql), inserts, locks);
  }

  /** What a step does outside the database. */
  static Access of(Effect effect) {
    Set<String> reads = only(effect.reads(), false);
    // Every command of Redis meets the scripts that may do anything to any key.
    reads.remove(ANY_KEY);
    return new Access(
        reads, only(effect.locks(), false), only(effect.locks(), true), Map.of(), false, false);
  }

  private static Set<String> only(Set<String> names, boolean queues) {
    return names.stream()
        .filter(name -> name.startsWith(QUEUE) == queues)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The same, but it has found no row to change. */
  Access withoutWrites() {
    Set<String> read = new TreeSet<>(reads);
    read.addAll(writes);
    return new Access(read, Set.of(), queues, where, false, locks);
  }

  private static Set<String> names(Pattern pattern, String sql) {
    Set<String> names = new TreeSet<>();
    Matcher name = pattern.matcher(sql);
    while (name.find()) {
      names.add(name.group(1).toLowerCase(Locale.ROOT));
    }
    names.removeAll(NO_TABLES);
    return names;
  }

  private static Map<String, Set<String>> conditions(String sql) {
    Map<String, Set<String>> where = new LinkedHashMap<>();
    int from = sql.toLowerCase(Locale.ROOT).indexOf("where");
    CONDITION
        .matcher(from < 0 ? "" : sql.substring(from))
        .results()
        .forEach(
            found ->
                where
                    .computeIfAbsent(found.group(1), column -> new TreeSet<>())
                    .addAll(values(found)));
    return where;
  }

  private static Set<String> values(MatchResult found) {
    Set<String> values = new TreeSet<>();
    String list = found.group(2) == null ? found.group(3) : found.group(2);
    for (String value : list.split(",", -1)) {
      values.add(value.strip().replaceAll("^'|'$", ""));
    }
    return values;
  }

  /** Whether it reads what the other one writes. */
  boolean sees(Access other) {
    return meet(reads, other.writes) && (other.inserts || mayMeet(other));
  }

  /** Whether it changes a row that the other one changes. */
  boolean overwrites(Access other) {
    return meet(writes, other.writes) && !inserts && !other.inserts && mayMeet(other);
  }

  /** Whether both read, or lock, the same rows. */
  boolean readsAs(Access other) {
    return meet(reads, other.reads) && mayMeet(other);
  }

  /** Whether both may move messages of one queue. */
  boolean sharesQueue(Access other) {
    return meet(queues, other.queues)
        || (queues.contains(ANY_QUEUE) && !other.queues.isEmpty())
        || (other.queues.contains(ANY_QUEUE) && !queues.isEmpty());
  }

  /** Whether no column tells the rows of the two apart. */
  private boolean mayMeet(Access other) {
    return where.entrySet().stream()
        .allMatch(
            condition -> {
              Set<String> values = other.where.get(condition.getKey());
              return values == null || meet(values, condition.getValue());
            });
  }

  private static boolean meet(Set<String> a, Set<String> b) {
    return !Collections.disjoint(a, b);
  }

  /** Where it reads, in words. */
  String read() {
    return conditioned(reads);
  }

  /** Where it writes, in words. */
  String written() {
    return inserts ? words(writes) : conditioned(writes);
  }

  private String conditioned(Set<String> names) {
    StringBuilder words = new StringBuilder();
    where.forEach(
        (column, values) ->
            words
                .append(words.isEmpty() ? "" : ", ")
                .append(column)
                .append(" = ")
                .append(String.join(" or ", values)));
    return words(names) + (words.isEmpty() ? "" : " (" + words + ")");
  }

  /** Tables as they are, keys and queues as what they are. */
  static String words(Set<String> names) {
    return names.stream()
        .map(name -> name.equals(ANY_QUEUE) ? "the broker" : name)
        .map(name -> name.equals(ANY_KEY) ? "the cache" : name)
        .map(name -> name.replaceFirst("^" + QUEUE, "queue ").replaceFirst("^redis:", "key "))
        .collect(Collectors.joining(", "));
  }
}

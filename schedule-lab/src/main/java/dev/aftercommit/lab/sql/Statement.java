package dev.aftercommit.lab.sql;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One statement, told by its words.
 *
 * @param kind what it does to the transaction and the data
 * @param words its words, without strings, comments and numbers
 */
public record Statement(Kind kind, List<String> words) {

  /** What a statement does. */
  public enum Kind {
    /** Reads rows and locks none. */
    READ,
    /** Changes or locks rows. */
    WRITE,
    /** Ends the transaction and keeps its changes, if it has not failed. */
    COMMIT,
    /** Ends the transaction, or a part of it, and undoes its changes. */
    ROLLBACK,
    /** Touches the session only: BEGIN, SAVEPOINT, SET. */
    LOCAL,
    /** Anything else: it may do everything. */
    OTHER
  }

  private static final Set<String> WRITES = Set.of("insert", "update", "delete", "merge");
  private static final Set<String> READS = Set.of("select", "with", "values", "table");
  private static final Set<String> LOCALS =
      Set.of("begin", "start", "savepoint", "release", "set", "reset", "show");

  public Statement {
    words = List.copyOf(words);
  }

  /** The statements of a text; empty ones are left out. */
  public static List<Statement> parse(String sql) {
    List<Statement> statements = new ArrayList<>();
    List<String> words = new ArrayList<>();
    for (String word : Tokens.of(sql)) {
      if (word.equals(";")) {
        add(statements, words);
        words = new ArrayList<>();
      } else {
        words.add(word);
      }
    }
    add(statements, words);
    return statements;
  }

  private static void add(List<Statement> statements, List<String> words) {
    if (!words.isEmpty()) {
      statements.add(new Statement(kind(words), words));
    }
  }

  private static Kind kind(List<String> words) {
    String first = words.getFirst();
    if (first.equals("commit") || first.equals("end")) {
      return words.contains("prepared") ? Kind.OTHER : Kind.COMMIT;
    }
    if (first.equals("rollback") || first.equals("abort")) {
      return words.contains("prepared") ? Kind.OTHER : Kind.ROLLBACK;
    }
    if (LOCALS.contains(first)) {
      return Kind.LOCAL;
    }
    if (WRITES.contains(first)) {
      return Kind.WRITE;
    }
    if (READS.contains(first) && !words.contains("into")) {
      return words.stream().anyMatch(WRITES::contains) || words.contains("for")
          ? Kind.WRITE
          : Kind.READ;
    }
    // INSERT inside WITH says INTO too.
    return first.equals("with") && words.stream().anyMatch(WRITES::contains)
        ? Kind.WRITE
        : Kind.OTHER;
  }

  /** Whether it may run inside a transaction that the lab opens around it. */
  public boolean mayBeWrapped() {
    return kind == Kind.READ || kind == Kind.WRITE;
  }

  /** Whether it reads rows and calls no function that could do more. */
  public boolean isPlainRead() {
    return kind == Kind.READ && Functions.allPure(words);
  }

  /**
   * Whether what it does may depend on who has locked what: NOWAIT, SKIP LOCKED, and the unknown.
   */
  public boolean dependsOnLocks() {
    return kind == Kind.OTHER
        || words.contains("nowait")
        || words.contains("skip")
        || !Functions.allPure(words, targets());
  }

  /** The tables after INTO, which a list of columns may follow. */
  private Set<String> targets() {
    Set<String> targets = new HashSet<>();
    for (int i = 1; i < words.size(); i++) {
      if (words.get(i - 1).equals("into")) {
        targets.add(words.get(i));
      }
    }
    return targets;
  }

  /** Whether it may leave something in the session that its transaction's end does not undo. */
  public boolean mayChangeSession() {
    return kind == Kind.OTHER
        || words.getFirst().equals("set")
        || words.getFirst().equals("reset")
        || !Functions.allPure(words);
  }
}

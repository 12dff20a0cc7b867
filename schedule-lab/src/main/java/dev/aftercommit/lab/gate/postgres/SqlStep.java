package dev.aftercommit.lab.gate.postgres;

import dev.aftercommit.lab.gate.Step;
import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What an actor is about to do: one simple query, one cycle of the extended protocol up to Sync, or
 * the commit of a statement outside a transaction.
 *
 * @param sql its statements as sent, joined by {@code "; "}
 * @param parameters the values bound, as text, in the order of the statements
 * @param statements what {@code sql} says
 * @param kind how it is scheduled
 */
public record SqlStep(String sql, List<String> parameters, List<Statement> statements, Kind kind)
    implements Step {

  /** How a step is scheduled. */
  public enum Kind {
    /** Inside a transaction, or one that cannot be split. */
    PLAIN,
    /** A statement outside a transaction; its commit is a step of its own. */
    AUTOCOMMIT_STATEMENT,
    /** The commit of the statement before. */
    AUTOCOMMIT_COMMIT,
    /** The connection ends with a transaction open, which rolls it back. */
    DISCONNECT
  }

  private static final Pattern LITERAL = Pattern.compile("'[^']*'|\\b\\d+(\\.\\d+)?\\b");
  private static final Pattern SPACE = Pattern.compile("\\s+");

  public SqlStep {
    parameters = List.copyOf(parameters);
    statements = List.copyOf(statements);
  }

  static SqlStep commitOf(SqlStep statement) {
    return new SqlStep("COMMIT", List.of(), statement.statements, Kind.AUTOCOMMIT_COMMIT);
  }

  static SqlStep disconnect() {
    return new SqlStep("disconnect", List.of(), Statement.parse("ROLLBACK"), Kind.DISCONNECT);
  }

  SqlStep as(Kind kind) {
    return new SqlStep(sql, parameters, statements, kind);
  }

  @Override
  public String fingerprint() {
    return kind + ":" + SPACE.matcher(LITERAL.matcher(sql).replaceAll("?")).replaceAll(" ").strip();
  }

  @Override
  public String text() {
    String line = SPACE.matcher(sql).replaceAll(" ").strip();
    if (kind == Kind.AUTOCOMMIT_COMMIT) {
      return "COMMIT (autocommit)";
    }
    for (int i = parameters.size(); i > 0; i--) {
      line = line.replace("$" + i, parameters.get(i - 1));
    }
    return line;
  }

  @Override
  public Set<Turn> faults() {
    if (kind == Kind.DISCONNECT) {
      return Set.of();
    }
    boolean commits =
        kind == Kind.AUTOCOMMIT_COMMIT
            || statements.stream().anyMatch(s -> s.kind() == Statement.Kind.COMMIT);
    return commits
        ? Set.of(Turn.KILL, Turn.LOST_BEFORE_COMMIT, Turn.LOST_AFTER_COMMIT)
        : Set.of(Turn.KILL);
  }

  /** Whether this only prepares the session and is no decision: BEGIN, SET, SAVEPOINT. */
  boolean isLocal() {
    return statements.stream().allMatch(s -> s.kind() == Statement.Kind.LOCAL);
  }

  /** Whether it undoes changes and does nothing else. */
  boolean rollsBack() {
    return !statements.isEmpty()
        && statements.stream().allMatch(s -> s.kind() == Statement.Kind.ROLLBACK);
  }

  boolean maySplit() {
    return !statements.isEmpty()
        && statements.stream().allMatch(Statement::mayBeWrapped)
        // Nobody can see the commit of a transaction that has only read.
        && !statements.stream().allMatch(Statement::isPlainRead);
  }
}

package dev.aftercommit.lab.gate.postgres;

import dev.aftercommit.lab.gate.Step;
import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What an actor is about to do: one simple query, one cycle of the extended protocol up to Sync, or
 * the commit of a statement outside a transaction.
 *
 * @param queries what is sent, in its order
 * @param statements what {@code queries} say
 * @param kind how it is scheduled
 */
public record SqlStep(List<Query> queries, List<Statement> statements, Kind kind) implements Step {

  /**
   * One text for the server.
   *
   * @param sql as sent; several statements if it is a simple query
   * @param parameters the values bound to it, as SQL writes them
   */
  public record Query(String sql, List<String> parameters) {

    public Query {
      parameters = List.copyOf(parameters);
    }

    private String text() {
      return PARAMETER
          .matcher(SPACE.matcher(sql).replaceAll(" ").strip())
          .replaceAll(found -> Matcher.quoteReplacement(value(found)));
    }

    private String value(MatchResult found) {
      int number = Integer.parseInt(found.group(1));
      return number <= parameters.size() ? parameters.get(number - 1) : found.group();
    }
  }

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
  private static final Pattern PARAMETER = Pattern.compile("\\$([1-9]\\d{0,4})");

  public SqlStep {
    queries = List.copyOf(queries);
    statements = List.copyOf(statements);
  }

  private static List<Query> only(String sql) {
    return List.of(new Query(sql, List.of()));
  }

  static SqlStep commitOf(SqlStep statement) {
    return new SqlStep(only("COMMIT"), statement.statements, Kind.AUTOCOMMIT_COMMIT);
  }

  static SqlStep disconnect() {
    return new SqlStep(only("disconnect"), Statement.parse("ROLLBACK"), Kind.DISCONNECT);
  }

  SqlStep as(Kind kind) {
    return new SqlStep(queries, statements, kind);
  }

  /** All texts, joined by {@code "; "}. */
  public String sql() {
    return queries.stream().map(Query::sql).collect(Collectors.joining("; "));
  }

  /** The values bound, in the order of the queries. */
  public List<String> parameters() {
    return queries.stream().flatMap(query -> query.parameters().stream()).toList();
  }

  @Override
  public String fingerprint() {
    return kind
        + ":"
        + SPACE.matcher(LITERAL.matcher(sql()).replaceAll("?")).replaceAll(" ").strip();
  }

  @Override
  public String text() {
    return kind == Kind.AUTOCOMMIT_COMMIT
        ? "COMMIT (autocommit)"
        : queries.stream().map(Query::text).collect(Collectors.joining("; "));
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

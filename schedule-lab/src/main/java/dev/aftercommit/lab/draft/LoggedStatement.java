package dev.aftercommit.lab.draft;

import dev.aftercommit.lab.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement that a log tells of.
 *
 * @param sql its text with the values put in
 * @param shape equal for statements that differ only in values
 * @param statements what it says
 * @param interval when it ran
 * @param waited for whom it waited, if that took long enough to be logged; else null
 * @param error SQLSTATE and message; empty if it did not fail
 */
record LoggedStatement(
    SqlText sql,
    String shape,
    List<Statement> statements,
    Interval interval,
    @Nullable Wait waited,
    String error) {

  /**
   * A logged wait for a lock.
   *
   * @param holders who held it, as far as they were in a transaction
   * @param granted the place of the line that says it got the lock; {@link Long#MAX_VALUE} if none
   *     does
   */
  record Wait(List<LoggedTransaction> holders, long granted) {}

  LoggedStatement {
    statements = List.copyOf(statements);
  }

  boolean failed() {
    return !error.isEmpty();
  }

  boolean has(Statement.Kind kind) {
    return statements.stream().anyMatch(statement -> statement.kind() == kind);
  }

  /** Whether it ends a transaction block, one way or the other. */
  boolean ends() {
    return has(Statement.Kind.COMMIT)
        || (has(Statement.Kind.ROLLBACK)
            && statements.stream().noneMatch(statement -> statement.words().contains("to")));
  }

  /** Whether it opens a transaction block. */
  boolean begins() {
    return statements.stream()
        .anyMatch(
            statement ->
                statement.words().getFirst().equals("begin")
                    || statement.words().getFirst().equals("start"));
  }

  /** Whether it reads, changes or may change something. */
  boolean isData() {
    return has(Statement.Kind.READ) || has(Statement.Kind.WRITE) || has(Statement.Kind.OTHER);
  }
}

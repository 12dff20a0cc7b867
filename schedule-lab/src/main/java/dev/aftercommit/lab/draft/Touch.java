package dev.aftercommit.lab.draft;

import dev.aftercommit.lab.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which rows a statement names, and when its transaction was over.
 *
 * @param tables the tables in its text
 * @param keys the conditions or values that name its rows; one empty one for all rows
 * @param locks whether it reads rows and locks them, as FOR UPDATE does
 */
record Touch(
    LoggedStatement statement,
    LoggedTransaction transaction,
    Set<String> tables,
    List<Map<String, String>> keys,
    boolean reads,
    boolean writes,
    boolean locks) {

  static Touch of(LoggedStatement statement, LoggedTransaction transaction) {
    TableNames names = TableNames.of(statement.sql());
    Set<String> tables = new HashSet<>(names.reads());
    tables.addAll(names.writes());
    boolean writes = !names.writes().isEmpty();
    boolean locks = !writes && statement.has(Statement.Kind.WRITE);
    return new Touch(
        statement, transaction, tables, keys(statement), !names.reads().isEmpty(), writes, locks);
  }

  private static List<Map<String, String>> keys(LoggedStatement statement) {
    RowStatement row = RowStatement.of(statement.sql());
    if (row.verb() == RowStatement.Verb.INSERT) {
      return row.rows().isEmpty() ? List.of(Map.of()) : row.rows();
    }
    return List.of(row.keyValues());
  }

  /** Whether both may name one row. */
  boolean meets(Touch other) {
    return tables.stream().anyMatch(other.tables::contains)
        && keys.stream().anyMatch(mine -> other.keys.stream().anyMatch(his -> agree(mine, his)));
  }

  private static boolean agree(Map<String, String> a, Map<String, String> b) {
    return a.entrySet().stream()
        .allMatch(e -> b.getOrDefault(e.getKey(), e.getValue()).equals(e.getValue()));
  }

  /** Whether the same actor did it later. */
  boolean isAfter(Touch earlier) {
    return earlier.statement.interval().last() < statement.interval().first();
  }

  /** Whether it need not have seen what the other has changed. */
  boolean mayMiss(Touch change) {
    return reads
        && change.writes
        && change.transaction.committed()
        && meets(change)
        && (locks
            // It has waited for what was changed before.
            ? statement.interval().last() < change.transaction.end().first()
            : !change.transaction.end().probablyBefore(statement.interval()));
  }

  /** Whether it has seen, or overwritten, what the other has changed. */
  boolean follows(Touch change) {
    return change.writes
        && change.transaction.committed()
        && meets(change)
        && change.transaction.end().first() < statement.interval().last();
  }
}

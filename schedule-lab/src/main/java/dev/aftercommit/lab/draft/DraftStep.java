package dev.aftercommit.lab.draft;

import dev.aftercommit.lab.draft.RowStatement.Literal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A step of a drafted session: a logged statement, with what was found out about its values. */
final class DraftStep {

  private final String name;
  private final LoggedStatement statement;
  private final LoggedTransaction transaction;
  private final RowStatement row;
  private final List<String> notes = new ArrayList<>();
  private final Map<String, String> results = new LinkedHashMap<>();

  /** Columns that later steps use under another name. */
  private final Map<String, String> aliases = new LinkedHashMap<>();

  private SqlText sql;

  DraftStep(String name, LoggedStatement statement, LoggedTransaction transaction, SqlText sql) {
    this.name = name;
    this.statement = statement;
    this.transaction = transaction;
    this.row = RowStatement.of(sql);
    this.sql = sql;
  }

  String name() {
    return name;
  }

  LoggedStatement statement() {
    return statement;
  }

  LoggedTransaction transaction() {
    return transaction;
  }

  RowStatement row() {
    return row;
  }

  List<String> notes() {
    return notes;
  }

  Interval interval() {
    return statement.interval();
  }

  /** As late as it can have ended. */
  Interval settled() {
    return transaction.isBlock() ? interval() : transaction.settledEnd();
  }

  /** Puts an expression where a literal is. */
  void replace(Literal literal, String expression) {
    sql = sql.with(literal.piece(), expression);
  }

  /** Takes note that it answered this value. */
  void answered(String column, String value) {
    results.put(column, value);
  }

  /** Lets its result have a column once more, under a name that no other result has. */
  String alias(String column) {
    return aliases.computeIfAbsent(column, c -> c + "_" + name.replaceAll("\\W.*", ""));
  }

  /** What is known of its answer, for people. */
  String result() {
    List<String> values = new ArrayList<>();
    results.forEach((column, value) -> values.add(column + " " + value));
    String known = values.isEmpty() ? "" : "→ " + String.join(", ", values);
    return statement.failed() ? "→ " + statement.error() : known;
  }

  /** Its SQL for a scenario file. */
  String block() {
    SqlText whole = sql;
    if (!aliases.isEmpty()) {
      StringBuilder more = new StringBuilder();
      aliases.forEach(
          (column, alias) -> more.append(", ").append(column).append(" AS ").append(alias));
      // The space before FROM.
      whole = sql.with(row.listEnd() - 1, more.append(' ').toString());
    }
    return whole.block().replaceAll("\\s*;\\s*$", "") + ";";
  }
}

package dev.aftercommit.lab.draft;

import dev.aftercommit.lab.draft.RowHistory.RowState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rows that drafted sessions begin with, as far as they are known. */
final class FixtureDraft {

  /** A row of a table; not known if it has no values. */
  private record Row(
      String table, Map<String, String> key, Map<String, String> values, Set<String> outdated) {

    boolean known() {
      return !values.isEmpty();
    }

    /** Whether it says nothing that the other does not say. */
    boolean isIn(Row other) {
      return table.equals(other.table)
          && other.known()
          && (known()
              ? other.values.entrySet().containsAll(values.entrySet())
              : key.entrySet().stream().anyMatch(other.values.entrySet()::contains));
    }
  }

  private final Schema schema;
  private final RowHistory history;
  private final List<Row> rows = new ArrayList<>();
  private final Set<String> unnamed = new LinkedHashSet<>();

  /**
   * Collects what the sessions touch.
   *
   * @param begin when the first of them began
   */
  FixtureDraft(List<SessionDraft> sessions, RowHistory history, Schema schema, Interval begin) {
    this.schema = schema;
    this.history = history;
    for (SessionDraft session : sessions) {
      for (DraftStep step : session.steps()) {
        collect(step.row(), begin);
      }
    }
  }

  private void collect(RowStatement row, Interval begin) {
    String table = row.table();
    if (table.isEmpty() || row.verb() == RowStatement.Verb.INSERT) {
      return;
    }
    Map<String, String> key = row.keyValues();
    if (key.isEmpty()) {
      unnamed.add(table);
      return;
    }
    RowState state = history.rowAt(table, key, begin);
    Row found = new Row(table, key, state.values(), state.outdated());
    boolean said = rows.stream().anyMatch(other -> found.equals(other) || found.isIn(other));
    if (!said) {
      rows.removeIf(other -> other.isIn(found));
      rows.add(found);
    }
  }

  /** SQL that makes the rows; empty if none is known, or the schema makes them. */
  String sql() {
    StringBuilder sql = new StringBuilder();
    for (Row row : rows) {
      boolean made = row.values().equals(history.rowOfSchema(row.table(), row.key()).values());
      if (row.known() && !made) {
        sql.append(schema.fills(row.table()) ? change(row) : insert(row, ""));
      }
    }
    return sql.toString();
  }

  /** The schema may have put the row in already. */
  private static String change(Row row) {
    String condition = condition(row);
    Map<String, String> others = new LinkedHashMap<>(row.values());
    others.keySet().removeAll(row.key().keySet());
    List<String> assignments = new ArrayList<>();
    others.forEach((column, value) -> assignments.add(name(column) + " = " + literal(value)));
    String update =
        assignments.isEmpty()
            ? ""
            : "  UPDATE %s SET %s WHERE %s;%n"
                .formatted(name(row.table()), String.join(", ", assignments), condition);
    return update
        + insert(
            row,
            " WHERE NOT EXISTS (SELECT FROM %s WHERE %s)".formatted(name(row.table()), condition));
  }

  private static String insert(Row row, String condition) {
    List<String> columns = row.values().keySet().stream().map(FixtureDraft::name).toList();
    List<String> values = row.values().values().stream().map(FixtureDraft::literal).toList();
    String source = condition.isEmpty() ? "VALUES (%s)" : "SELECT %s";
    return "  INSERT INTO %s (%s) %s%s;%n"
        .formatted(
            name(row.table()),
            String.join(", ", columns),
            source.formatted(String.join(", ", values)),
            condition);
  }

  private static String condition(Row row) {
    List<String> conditions = new ArrayList<>();
    row.key().forEach((column, value) -> conditions.add(name(column) + " = " + literal(value)));
    return String.join(" AND ", conditions);
  }

  private static String literal(String value) {
    return SqlText.of("'" + value.replace("'", "''") + "'").block();
  }

  private static String name(String name) {
    return name.matches("[a-z_][a-z0-9_]*") ? name : "\"" + name.replace("\"", "\"\"") + "\"";
  }

  /** What could not be found out, for people. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    for (Row row : rows) {
      if (!row.known()) {
        notes.add(
            "%s with %s: the log does not tell what was in it, or whether it was there."
                .formatted(row.table(), condition(row)));
      } else if (!row.outdated().isEmpty()) {
        notes.add(
            "%s with %s: of %s only an older value is known."
                .formatted(row.table(), condition(row), String.join(", ", row.outdated())));
      }
    }
    unnamed.forEach(
        table ->
            notes.add(
                "%s: a statement names no single row; add those that matter.".formatted(table)));
    return notes;
  }
}

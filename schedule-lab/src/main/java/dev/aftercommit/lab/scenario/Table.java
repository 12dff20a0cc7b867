package dev.aftercommit.lab.scenario;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A result with all its rows as text. */
record Table(List<String> columns, List<List<@Nullable String>> rows) {

  /** Runs a query that may hold several statements, and reads all their results. */
  static List<Table> all(Statement statement, String sql) throws SQLException {
    List<Table> tables = new ArrayList<>();
    boolean isTable = statement.execute(sql);
    while (isTable || statement.getUpdateCount() >= 0) {
      if (isTable) {
        try (ResultSet rows = statement.getResultSet()) {
          tables.add(read(rows));
        }
      }
      isTable = statement.getMoreResults();
    }
    return tables;
  }

  private static Table read(ResultSet from) throws SQLException {
    List<String> columns = new ArrayList<>();
    for (int i = 1; i <= from.getMetaData().getColumnCount(); i++) {
      columns.add(from.getMetaData().getColumnLabel(i));
    }
    List<List<@Nullable String>> rows = new ArrayList<>();
    while (from.next()) {
      List<@Nullable String> row = new ArrayList<>();
      for (int i = 1; i <= columns.size(); i++) {
        row.add(from.getString(i));
      }
      rows.add(row);
    }
    return new Table(columns, rows);
  }

  void firstRowInto(Map<String, @Nullable String> variables) {
    for (int i = 0; i < columns.size(); i++) {
      variables.put(columns.get(i), rows.isEmpty() ? null : rows.getFirst().get(i));
    }
  }

  /** As libpq's PQprint writes it: numbers to the right, names and texts to the left. */
  String print() {
    int[] widths = new int[columns.size()];
    boolean[] text = new boolean[columns.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = columns.get(i).length();
      for (List<@Nullable String> row : rows) {
        String value = row.get(i) == null ? "" : row.get(i);
        widths[i] = Math.max(widths[i], value.length());
        text[i] |= !value.isEmpty() && !isNumber(value);
      }
    }
    StringBuilder out = new StringBuilder();
    line(out, columns, widths, text);
    for (int i = 0; i < widths.length; i++) {
      out.append("-".repeat(widths[i])).append(i + 1 < widths.length ? "+" : "");
    }
    out.append('\n');
    rows.forEach(row -> line(out, row, widths, text));
    return out.append("(%d row%s)%n%n".formatted(rows.size(), rows.size() == 1 ? "" : "s"))
        .toString();
  }

  private static boolean isNumber(String value) {
    char last = value.charAt(value.length() - 1);
    return value.matches("[0-9.Ee -]+")
        && Character.isDigit(last)
        && !value.startsWith("E")
        && !value.startsWith("e");
  }

  private static void line(
      StringBuilder out, List<? extends @Nullable String> values, int[] widths, boolean[] text) {
    for (int i = 0; i < widths.length; i++) {
      String value = values.get(i) == null ? "" : values.get(i);
      String padding = " ".repeat(widths[i] - value.length());
      out.append(text[i] ? value + padding : padding + value);
      out.append(i + 1 < widths.length ? "|" : "");
    }
    out.append('\n');
  }
}

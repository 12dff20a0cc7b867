package dev.aftercommit.lab.report;

import dev.aftercommit.lab.observe.Observation;
import dev.aftercommit.lab.observe.Observation.Row;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The committed rows that are not the same at every moment, and of them what is not the same. */
final class Changes {

  private static final String GONE = "–";
  private static final String THERE = "✓";

  private final List<Observation> observations;

  /** By moment: the name of a row, or of a table without a key, and its value. */
  private final List<Map<String, String>> moments = new ArrayList<>();

  private Changes(List<Observation> observations) {
    this.observations = observations;
    observations.forEach(observation -> moments.add(new LinkedHashMap<>()));
  }

  static List<Map<String, String>> of(List<Observation> observations) {
    Changes changes = new Changes(observations);
    Set<String> tables = new LinkedHashSet<>();
    observations.forEach(seen -> seen.rows().forEach(row -> tables.add(row.table())));
    for (String table : tables) {
      changes.rowsWithKey(table);
      changes.rowsWithoutKey(table);
    }
    return changes.moments;
  }

  private Stream<Row> rows(int moment, String table) {
    return observations.get(moment).rows().stream().filter(row -> row.table().equals(table));
  }

  private void rowsWithKey(String table) {
    Map<String, Map<Integer, Row>> histories = new LinkedHashMap<>();
    // Backwards, since most rows are there at the end, in the order of their keys.
    for (int moment = moments.size() - 1; moment >= 0; moment--) {
      int now = moment;
      rows(moment, table)
          .filter(row -> !row.key().isEmpty())
          .forEach(
              row ->
                  histories
                      .computeIfAbsent(row.name(), name -> new LinkedHashMap<>())
                      .put(now, row));
    }
    histories.forEach(
        (name, history) -> {
          if (history.size() < moments.size() || history.values().stream().distinct().count() > 1) {
            put(name, history);
          }
        });
  }

  private void put(String name, Map<Integer, Row> history) {
    Set<String> columns = changing(history.values());
    boolean wasThere = false;
    for (int moment = 0; moment < moments.size(); moment++) {
      Row row = history.get(moment);
      if (row != null) {
        moments.get(moment).put(name, text(row, columns));
      } else if (wasThere) {
        moments.get(moment).put(name, GONE);
      }
      wasThere |= row != null;
    }
  }

  /** The columns that differ between versions; all of a row that has only one. */
  private static Set<String> changing(Collection<Row> versions) {
    Row first = versions.iterator().next();
    Set<String> columns = new LinkedHashSet<>(first.values().keySet());
    if (versions.stream().distinct().count() > 1) {
      columns.removeIf(
          column ->
              versions.stream()
                  .allMatch(
                      row -> Objects.equals(row.values().get(column), first.values().get(column))));
    }
    return columns;
  }

  private static String text(Row row, Set<String> columns) {
    if (columns.isEmpty()) {
      return THERE;
    }
    List<String> parts = new ArrayList<>();
    for (String column : columns) {
      String value = text(row.values().get(column));
      parts.add(columns.size() == 1 ? value : column + "=" + value);
    }
    return String.join(" ", parts);
  }

  private void rowsWithoutKey(String table) {
    List<String> values = new ArrayList<>();
    for (int moment = 0; moment < moments.size(); moment++) {
      List<String> rows =
          rows(moment, table).filter(row -> row.key().isEmpty()).map(Changes::values).toList();
      values.add(rows.isEmpty() ? "(empty)" : String.join(", ", rows));
    }
    if (values.stream().distinct().count() > 1) {
      for (int moment = 0; moment < moments.size(); moment++) {
        moments.get(moment).put(table, values.get(moment));
      }
    }
  }

  private static String values(Row row) {
    return String.join(" ", row.values().values().stream().map(Changes::text).toList());
  }

  /** Nothing at all would look as if something were missing. */
  private static String text(@Nullable String value) {
    return value == null ? "NULL" : value.isEmpty() ? "''" : value;
  }
}

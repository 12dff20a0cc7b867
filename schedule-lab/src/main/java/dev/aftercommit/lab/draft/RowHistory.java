package dev.aftercommit.lab.draft;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which values rows had when, from what was written: a log says what was asked, not what was
 * answered. Where it does not tell, nothing is known.
 */
final class RowHistory {

  private static final Interval SCHEMA = new Interval(-2, -2, true, -2, -2);
  private static final Interval BEFORE_ALL = new Interval(-1, -1, true, -1, -1);

  /** What a statement does to a row. */
  private enum Fate {
    BORN,
    CHANGED,
    GONE
  }

  /**
   * What one statement has made of a row.
   *
   * @param values the columns that are known: those it has written and those that name the row
   * @param changed the columns that it has written
   * @param exact whether it was this row for sure
   * @param committed when that became visible
   * @param by null if no logged transaction did it
   */
  private record Version(
      String table,
      Fate fate,
      Map<String, String> values,
      Set<String> changed,
      boolean exact,
      Interval committed,
      @Nullable LoggedTransaction by) {

    boolean mayBe(String wanted, Map<String, String> key) {
      return table.equals(wanted)
          && key.entrySet().stream()
              .allMatch(e -> values.getOrDefault(e.getKey(), e.getValue()).equals(e.getValue()));
    }

    boolean is(Map<String, String> key) {
      return exact && values.keySet().containsAll(key.keySet());
    }
  }

  /**
   * A value.
   *
   * @param sure whether no change of it was committed at about the time when it was read
   */
  record Known(String value, boolean sure) {}

  private final TableColumns columns = new TableColumns();

  /**
   * What is known of a row.
   *
   * @param outdated the columns of which only an older value is known
   */
  record RowState(Map<String, String> values, Set<String> outdated) {}

  /** In the order of the commits. */
  private final List<Version> versions = new ArrayList<>();

  /**
   * Collects what was written.
   *
   * @param schema the statements that made the tables, with the rows they put in
   * @param transactions what the log tells
   * @param wal what was decoded; null if nothing was
   */
  RowHistory(List<SqlText> schema, List<LoggedTransaction> transactions, @Nullable WalText wal) {
    schema.forEach(columns::learn);
    transactions.forEach(t -> t.data().forEach(s -> columns.learn(s.sql())));
    for (SqlText statement : schema) {
      add(RowStatement.of(statement), SCHEMA, null);
    }
    Set<Long> decoded = new HashSet<>();
    Map<Long, LoggedTransaction> byId = new HashMap<>();
    transactions.forEach(t -> byId.put(t.txid(), t));
    if (wal != null) {
      wal.commits().forEach(commit -> decoded.add(commit.txid()));
    }
    transactions.stream()
        .filter(t -> t.committed() && !decoded.contains(t.txid()))
        .sorted(Comparator.comparingLong(t -> t.end().last()))
        .forEach(this::add);
    if (wal != null) {
      addAll(wal, byId);
    }
  }

  private void add(LoggedTransaction transaction) {
    for (LoggedStatement statement : transaction.data()) {
      if (!statement.failed()) {
        add(RowStatement.of(statement.sql()), transaction.end(), transaction);
      }
    }
  }

  private void add(RowStatement row, Interval committed, @Nullable LoggedTransaction by) {
    switch (row.verb()) {
      case INSERT -> {
        for (Map<String, String> unnamed : row.rows()) {
          Map<String, String> values = columns.named(row.table(), unnamed);
          versions.add(
              new Version(row.table(), Fate.BORN, values, values.keySet(), true, committed, by));
        }
      }
      case UPDATE -> {
        Map<String, String> values = row.keyValues();
        row.assigned().forEach((column, literal) -> values.put(column, literal.value()));
        row.computed().forEach(values::remove);
        Set<String> changed = new HashSet<>(row.computed());
        changed.addAll(row.assigned().keySet());
        versions.add(
            new Version(row.table(), Fate.CHANGED, values, changed, row.exact(), committed, by));
      }
      case DELETE ->
          versions.add(
              new Version(
                  row.table(), Fate.GONE, row.keyValues(), Set.of(), row.exact(), committed, by));
      case SELECT, OTHER -> {}
    }
  }

  /** Commits of which the log does not tell stand beside the one decoded before them. */
  private void addAll(WalText wal, Map<Long, LoggedTransaction> byId) {
    Set<Map<String, String>> seen = new HashSet<>();
    List<Version> before = new ArrayList<>();
    Interval committed = BEFORE_ALL;
    for (WalText.Commit commit : wal.commits()) {
      LoggedTransaction by = byId.get(commit.txid());
      committed = by == null ? committed : by.end();
      for (WalText.Change change : commit.changes()) {
        Map<String, String> old = change.before();
        if (!change.deletes() && !old.isEmpty() && !seen.contains(old)) {
          before.add(
              new Version(change.table(), Fate.BORN, old, old.keySet(), true, BEFORE_ALL, null));
        }
        seen.add(change.after());
        versions.add(decoded(change, committed, by));
      }
    }
    versions.addAll(0, before);
  }

  private static Version decoded(
      WalText.Change change, Interval committed, @Nullable LoggedTransaction by) {
    Map<String, String> values = change.deletes() ? change.before() : change.after();
    Fate fate = change.deletes() ? Fate.GONE : Fate.CHANGED;
    return new Version(change.table(), fate, values, values.keySet(), true, committed, by);
  }

  /**
   * What a transaction read.
   *
   * @param key the conditions that name the row
   * @param at when it read, or took its snapshot
   * @return null if that is not known
   */
  @Nullable Known valueOf(
      String table, Map<String, String> key, String column, LoggedTransaction reader, Interval at) {
    boolean sure = true;
    for (Version version : versions.reversed()) {
      boolean changes = version.fate() != Fate.CHANGED || version.changed().contains(column);
      if (!changes || version.by() == reader || !version.mayBe(table, key)) {
        continue;
      }
      LoggedTransaction by = version.by();
      sure &= !version.committed().overlaps(at) && (by == null || !by.settledEnd().overlaps(at));
      if (version.committed().probablyBefore(at)) {
        String value = version.values().get(column);
        return value != null && version.is(key) && version.fate() != Fate.GONE
            ? new Known(value, sure)
            : null;
      }
    }
    return null;
  }

  /** What the schema has put into a row; empty if it did not make it. */
  RowState rowOfSchema(String table, Map<String, String> key) {
    return rowAt(table, key, BEFORE_ALL);
  }

  /** What is known of a row at a time; empty if nothing is, or it was not there. */
  RowState rowAt(String table, Map<String, String> key, Interval at) {
    Map<String, String> row = new LinkedHashMap<>();
    Set<String> outdated = new HashSet<>();
    for (Version version : versions) {
      if (!version.mayBe(table, key) || !version.committed().probablyBefore(at)) {
        continue;
      }
      if (version.fate() != Fate.CHANGED) {
        row.clear();
        outdated.clear();
      }
      outdated.addAll(version.changed());
      if (version.is(key) && version.fate() != Fate.GONE) {
        row.putAll(version.values());
        outdated.removeAll(version.values().keySet());
      }
    }
    outdated.retainAll(row.keySet());
    return new RowState(row, outdated);
  }
}

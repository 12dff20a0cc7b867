package dev.aftercommit.lab.scenario;

import dev.aftercommit.lab.database.LabDatabase;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is in the cache and in the queues, as tables {@code lab.redis (key, value)} and {@code
 * lab.queued (queue, place, body)} of the scenario's database.
 */
final class Copies {

  private static final String SCHEMA = "CREATE SCHEMA lab";
  private static final String CACHE =
      "CREATE TABLE lab.redis (key text PRIMARY KEY, value text NOT NULL)";
  private static final String QUEUES =
      "CREATE TABLE lab.queued (queue text, place int, body text NOT NULL, PRIMARY KEY (queue, place))";

  private Copies() {}

  /** What makes the tables for what there is. */
  static List<String> setup(boolean cache, boolean queues) {
    List<String> setup = new ArrayList<>();
    if (cache || queues) {
      setup.add(SCHEMA);
    }
    if (cache) {
      setup.add(CACHE);
    }
    if (queues) {
      setup.add(QUEUES);
    }
    return setup;
  }

  /** Copies the keys of the cache with their values. */
  static void ofCache(LabDatabase database, Map<String, String> values) throws SQLException {
    List<List<String>> rows = new ArrayList<>();
    values.forEach((key, value) -> rows.add(List.of(key, value)));
    fill(database, "lab.redis", "(?, ?)", rows);
  }

  /** Copies the messages of every queue, numbered from 1 on. */
  static void ofQueues(LabDatabase database, Map<String, List<String>> queued) throws SQLException {
    List<List<String>> rows = new ArrayList<>();
    queued.forEach(
        (queue, bodies) -> {
          for (int place = 0; place < bodies.size(); place++) {
            rows.add(List.of(queue, String.valueOf(place + 1), bodies.get(place)));
          }
        });
    fill(database, "lab.queued", "(?, ?::int, ?)", rows);
  }

  private static void fill(
      LabDatabase database, String table, String values, List<List<String>> rows)
      throws SQLException {
    database.execute("DELETE FROM " + table);
    try (PreparedStatement insert =
        database.control().prepareStatement("INSERT INTO %s VALUES %s".formatted(table, values))) {
      for (List<String> row : rows) {
        for (int i = 0; i < row.size(); i++) {
          insert.setString(i + 1, row.get(i));
        }
        insert.executeUpdate();
      }
    }
  }
}

package dev.aftercommit.lab.observe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aftercommit.lab.observe.Observation.Row;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The committed rows of a database and the locks on them, as a connection sees them that takes no
 * part. It takes no row lock, and gives up after 0.1 s if an actor has locked a whole table.
 */
public final class DatabaseView {

  /** Rows of one table that are looked at; a diagram cannot show more. */
  private static final int ROWS = 100;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final String TABLES =
      """
      SELECT c.oid::bigint, format('%I.%I', n.nspname, c.relname),
        CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname,
        (SELECT array_agg(a.attname::text ORDER BY k.place)
         FROM pg_index i, unnest(i.indkey) WITH ORDINALITY AS k (attnum, place), pg_attribute a
         WHERE i.indrelid = c.oid AND i.indisprimary
           AND a.attrelid = c.oid AND a.attnum = k.attnum)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND n.nspname !~ '^pg_'
        AND n.nspname NOT IN ('information_schema', 'aftercommit_lab', 'lab')
      ORDER BY 3
      """;

  private final Connection control;

  /**
   * Looks through a connection.
   *
   * @param control of a user that may read all tables; in autocommit mode
   */
  public DatabaseView(Connection control) {
    this.control = control;
  }

  private record Table(long oid, String name, String label, List<String> key) {}

  /**
   * What is there now.
   *
   * @param actors says whose server session it is; null for nobody's
   */
  public Observation observe(IntFunction<@Nullable String> actors) throws SQLException {
    try (Statement statement = control.createStatement()) {
      statement.execute("SET lock_timeout = '100ms'");
      try {
        RowLocks locks = new RowLocks(control, actors);
        List<Row> rows = rows(statement, locks);
        return new Observation(rows, locks.read(), Map.of(), Map.of());
      } finally {
        statement.execute("RESET lock_timeout");
      }
    }
  }

  private List<Row> rows(Statement statement, RowLocks locks) throws SQLException {
    List<Row> all = new ArrayList<>();
    for (Table table : tables(statement)) {
      String order = table.key().isEmpty() ? "t::text" : String.join(", ", quoted(table.key()));
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT t.ctid::text, t.xmax::text, row_to_json(t)::text FROM %s t ORDER BY %s LIMIT %d"
                  .formatted(table.name(), order, ROWS))) {
        while (rows.next()) {
          Row row = row(table, rows.getString(3));
          all.add(row);
          locks.add(table.oid(), rows.getString(1), rows.getString(2), row.name());
        }
      } catch (SQLException e) {
        // An actor has locked the whole table: nobody can see its rows now.
        if (!"55P03".equals(e.getSQLState())) {
          throw e;
        }
      }
    }
    return all;
  }

  private static List<Table> tables(Statement statement) throws SQLException {
    List<Table> tables = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery(TABLES)) {
      while (rows.next()) {
        List<String> key = new ArrayList<>();
        if (rows.getArray(4) != null) {
          for (Object column : (Object[]) rows.getArray(4).getArray()) {
            key.add((String) column);
          }
        }
        tables.add(new Table(rows.getLong(1), rows.getString(2), rows.getString(3), key));
      }
    }
    return tables;
  }

  private static List<String> quoted(List<String> columns) {
    return columns.stream().map(column -> "t.\"" + column.replace("\"", "\"\"") + "\"").toList();
  }

  private static Row row(Table table, String json) throws SQLException {
    Map<String, @Nullable String> values = new LinkedHashMap<>();
    List<String> key = new ArrayList<>();
    for (Map.Entry<String, JsonNode> column : parse(json).properties()) {
      if (table.key().contains(column.getKey())) {
        key.add(column.getValue().asText());
      } else {
        values.put(column.getKey(), text(column.getValue()));
      }
    }
    return new Row(table.label(), String.join(",", key), values);
  }

  private static @Nullable String text(JsonNode value) {
    if (value.isNull()) {
      return null;
    }
    return value.isContainerNode() ? value.toString() : value.asText();
  }

  private static JsonNode parse(String json) throws SQLException {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new SQLException("PostgreSQL's row_to_json gave what is no JSON: " + json, e);
    }
  }
}

package dev.aftercommit.benchmarks.reset;

import dev.aftercommit.stack.servers.PostgresServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The employee service's own tables, from its own migrations, with employees in them. */
final class ActivityTables {

  private static final String DATABASE = "employee";
  private static final String OWNER = "employee_service";
  private static final List<String> MIGRATIONS =
      List.of("V100__employees.sql", "V120__activity.sql");
  private static final int DIRTY_AT_ONCE = 20_000;

  private final PostgresServer postgres;
  private final int employees;

  ActivityTables(PostgresServer postgres, int employees) {
    this.postgres = postgres;
    this.employees = employees;
  }

  /** Sizes in bytes. */
  record Sizes(long table, long index, long history) {}

  void create() throws SQLException {
    asSuperuser("ALTER SYSTEM SET max_wal_size = '4GB'");
    asSuperuser("SELECT pg_reload_conf()");
    for (String migration : MIGRATIONS) {
      execute(read("/db/migration/" + migration));
    }
    execute("INSERT INTO department (name, budget) VALUES ('Ops', 999999999999)");
    execute(
        "INSERT INTO employee (name, department_id, salary)"
            + " SELECT 'Employee ' || n, 1, 1000 FROM generate_series(1, %d) n"
                .formatted(employees));
    asSuperuser("VACUUM ANALYZE employee");
    asSuperuser("VACUUM ANALYZE employee_activity");
  }

  /** Every employee has a change today; in transactions of many, not all. */
  void changeAll() throws SQLException {
    for (int first = 1; first <= employees; first += DIRTY_AT_ONCE) {
      execute(
          """
          UPDATE employee_activity SET total_change = total_change + 1,
            daily_change = daily_change + 1, changes_today = changes_today + 1
          WHERE employee_id BETWEEN %d AND %d
          """
              .formatted(first, first + DIRTY_AT_ONCE - 1));
    }
  }

  /** What a closing does without history, without bounds: the yardstick. */
  void bareUpdate() throws SQLException {
    execute("UPDATE employee_activity SET daily_change = 0");
  }

  /** Takes back what the bare update lost. */
  void restoreDay() throws SQLException {
    execute("UPDATE employee_activity SET daily_change = changes_today");
  }

  /** The same state before everything that is measured. */
  void settle() throws SQLException {
    asSuperuser("VACUUM employee_activity");
    asSuperuser("CHECKPOINT");
  }

  Sizes sizes() throws SQLException {
    return new Sizes(
        number("SELECT pg_relation_size('employee_activity')"),
        number("SELECT pg_relation_size('employee_activity_pkey')"),
        number(
            "SELECT coalesce(sum(pg_total_relation_size(relid)), 0)"
                + " FROM pg_partition_tree('activity_history') WHERE isleaf"));
  }

  /** How many employees have a history and a day that do not add up to their total. */
  long wrong() throws SQLException {
    return number(
        """
        SELECT count(*) FROM employee_activity a
          LEFT JOIN (SELECT employee_id, sum(change) AS change FROM activity_history GROUP BY 1) h
          USING (employee_id)
        WHERE total_change <> daily_change + coalesce(h.change, 0)
        """);
  }

  DataSource dataSource() {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(postgres.jdbcUrl(DATABASE));
    source.setUser(OWNER);
    source.setPassword(OWNER);
    return source;
  }

  /** Read from the server, so that nobody has to believe us. */
  Map<String, String> settings() throws SQLException {
    Map<String, String> settings = new LinkedHashMap<>();
    try (Connection connection = dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT name, setting FROM pg_settings WHERE name IN ('fsync',"
                    + " 'synchronous_commit', 'full_page_writes', 'server_version') ORDER BY name")) {
      while (rows.next()) {
        settings.put(rows.getString(1), rows.getString(2));
      }
    }
    return settings;
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void asSuperuser(String sql) throws SQLException {
    try (Connection connection = postgres.connectAsSuperuser(DATABASE);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private long number(String sql) throws SQLException {
    try (Connection connection = dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static String read(String resource) {
    try (InputStream in = ActivityTables.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(
            resource + " is not on the class path: build the module benchmarks with -am");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

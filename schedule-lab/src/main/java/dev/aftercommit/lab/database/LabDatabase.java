package dev.aftercommit.lab.database;

import dev.aftercommit.lab.sql.Catalogue;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A database of its own, dropped when it is closed. What a set-up has made of it is kept beside the
 * tables, so that it can be put back in a fraction of the time that the set-up takes.
 */
public final class LabDatabase implements AutoCloseable {

  private static final AtomicInteger CREATED = new AtomicInteger();

  private static final String TABLES =
      """
      SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name,
        coalesce(
          (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a
           WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             AND a.attgenerated = ''), '') AS columns
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND n.nspname !~ '^pg_'
        AND n.nspname NOT IN ('information_schema', 'aftercommit_lab')
      ORDER BY 1
      """;

  private static final String SEQUENCES =
      """
      SELECT format('SELECT setval(%L, %s, %L)', quote_ident(schemaname) || '.'
        || quote_ident(sequencename), coalesce(last_value, start_value), last_value IS NOT NULL)
      FROM pg_sequences
      """;

  /** Dead rows of so many runs make scans slower; then they are removed. */
  private static final int RUNS_PER_VACUUM = 400;

  private static final int MOST_RESTORES = 20;
  private static final int QUARTER_PAGE = 2048;

  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private final ServerAddress server;
  private final String name;
  private final Connection control;
  private final List<String> tables = new ArrayList<>();
  private String restore = "";
  private int restored;

  private LabDatabase(ServerAddress server, String name, Connection control) {
    this.server = server;
    this.name = name;
    this.control = control;
  }

  /** Creates an empty database with a name that no other program uses. */
  public static LabDatabase create(ServerAddress server) throws SQLException {
    String name =
        "aftercommit_lab_%d_%d".formatted(ProcessHandle.current().pid(), CREATED.incrementAndGet());
    try (Connection connection = server.connect(server.maintenance())) {
      execute(connection, "CREATE DATABASE " + name);
      // Nobody asks a throw-away database to survive a crash.
      execute(connection, "ALTER DATABASE " + name + " SET synchronous_commit = off");
      execute(connection, "ALTER DATABASE " + name + " SET jit = off");
    }
    return new LabDatabase(server, name, server.connect(name));
  }

  /** Sets a parameter of every session that begins from now on. */
  public void setDefault(String parameter, String value) throws SQLException {
    execute("ALTER DATABASE %s SET %s = '%s'".formatted(name, parameter, value));
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Where it is. */
  public ServerAddress server() {
    return server;
  }

  /** The connection that sets up and judges; not for actors. */
  public Connection control() {
    return control;
  }

  /** Runs SQL past the gates. */
  public void execute(String sql) throws SQLException {
    execute(control, sql);
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Throws away everything in it. */
  public void clear() throws SQLException {
    List<String> schemas =
        column(
            "SELECT quote_ident(nspname) FROM pg_namespace WHERE nspname !~ '^pg_'"
                + " AND nspname <> 'information_schema'");
    for (String schema : schemas) {
      execute("DROP SCHEMA " + schema + " CASCADE");
    }
    execute("CREATE SCHEMA public");
    restore = "";
    tables.clear();
  }

  /** Keeps the rows and sequences as they are now, for {@link #restore}. */
  public void keep() throws SQLException {
    // Statements that run once per schedule are planned once.
    execute("DEALLOCATE ALL");
    execute("DROP SCHEMA IF EXISTS aftercommit_lab CASCADE; CREATE SCHEMA aftercommit_lab");
    tables.clear();
    List<String> batch = new ArrayList<>();
    // Triggers and foreign keys have done their work in the set-up.
    batch.add("SET session_replication_role = replica");
    for (Map.Entry<String, String> table : columns().entrySet()) {
      int number = tables.size();
      String kept = "aftercommit_lab.kept_" + number;
      execute(
          "CREATE TABLE %s AS SELECT %s FROM %s".formatted(kept, table.getValue(), table.getKey()));
      execute("PREPARE empty_%d AS DELETE FROM %s".formatted(number, table.getKey()));
      execute(
          "PREPARE fill_%d AS INSERT INTO %s %s OVERRIDING SYSTEM VALUE SELECT * FROM %s"
              .formatted(number, table.getKey(), list(table.getValue()), kept));
      batch.add("EXECUTE empty_%d; EXECUTE fill_%d".formatted(number, number));
      tables.add(table.getKey());
    }
    batch.addAll(column(SEQUENCES));
    batch.add("SET session_replication_role = origin");
    restore = String.join("; ", batch);
    if (!tables.isEmpty()) {
      execute("PREPARE contents AS " + contentsQuery());
    }
  }

  /** SQL knows no empty list. */
  private static String list(String columns) {
    return columns.isEmpty() ? "" : "(" + columns + ")";
  }

  /** Tables and their columns. */
  private Map<String, String> columns() throws SQLException {
    Map<String, String> columns = new TreeMap<>();
    try (Statement statement = control.createStatement();
        ResultSet rows = statement.executeQuery(TABLES)) {
      while (rows.next()) {
        columns.put(rows.getString(1), rows.getString(2));
      }
    }
    return columns;
  }

  /** Puts back what {@link #keep} has kept. */
  public void restore() throws SQLException {
    execute(restore);
    if (++restored % RUNS_PER_VACUUM == 0) {
      for (String table : tables) {
        execute("VACUUM " + table);
      }
    }
  }

  /**
   * How often all rows can be put back before those of one table, the dead ones included, fill a
   * quarter of a page, which leaves the rest to the actors; 0 if they do not fit once.
   */
  public int restoresPerPage() throws SQLException {
    int most = MOST_RESTORES;
    for (int number = 0; number < tables.size(); number++) {
      String bytes =
          column(
                  "SELECT coalesce(sum(pg_column_size(k)), 0) FROM aftercommit_lab.kept_%d k"
                      .formatted(number))
              .getFirst();
      most = (int) Math.min(most, QUARTER_PAGE / (Long.parseLong(bytes) + 1));
    }
    return most;
  }

  /** All rows of all tables as text, equal for equal contents. */
  public String contents() throws SQLException {
    return tables.isEmpty() ? "" : String.join("; ", column("EXECUTE contents"));
  }

  private String contentsQuery() {
    List<String> parts = new ArrayList<>();
    for (String table : tables) {
      parts.add(
          "SELECT '%s ' || coalesce(string_agg(r::text, ' ' ORDER BY r::text), '(empty)') FROM %s r"
              .formatted(table.replaceFirst("^public\\.", "").replace("'", "''"), table));
    }
    return String.join(" UNION ALL ", parts);
  }

  /**
   * Whether something holds as far as anybody can see it now, while actors have transactions open.
   * A table that one of them has locked against readers is seen by nobody: what is asked of it
   * holds until the lock is gone.
   */
  public boolean holdsNow(String sql) throws SQLException {
    execute("SET lock_timeout = '100ms'");
    try {
      return ask(sql);
    } catch (SQLException e) {
      if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
        return true;
      }
      throw e;
    } finally {
      execute("RESET lock_timeout");
    }
  }

  /**
   * The answer to a yes-or-no question.
   *
   * @throws SQLException if the query does not answer one boolean
   */
  public boolean ask(String sql) throws SQLException {
    try (Statement statement = control.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      if (!row.next() || row.getMetaData().getColumnCount() != 1) {
        throw new SQLException("An invariant answers one boolean; this one does not: " + sql);
      }
      boolean answer = row.getBoolean(1);
      return answer && !row.wasNull();
    }
  }

  /** What is known of its tables now. */
  public Catalogue catalogue() throws SQLException {
    return Catalogue.read(control);
  }

  private List<String> column(String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (Statement statement = control.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }

  @Override
  public void close() throws SQLException {
    control.close();
    try (Connection connection = server.connect(server.maintenance())) {
      execute(connection, "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    }
  }
}

package dev.aftercommit.benchmarks.contention;

import dev.aftercommit.stack.servers.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The rows that are fought for, in a table of our own. Amounts are whole numbers: what is measured
 * is waiting, not arithmetic.
 */
final class Departments {

  private static final long BUDGET = 1_000_000;
  private static final long PAYROLL = 900_000;
  private static final String DATABASE = "employee";

  private final PostgresServer postgres;

  Departments(PostgresServer postgres) {
    this.postgres = postgres;
  }

  Connection connect() throws SQLException {
    return postgres.connectAsSuperuser(DATABASE);
  }

  /** Begins anew with this many departments of equal budget. */
  void create(int count) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS benchmark_department");
      statement.execute(
          """
          CREATE TABLE benchmark_department (
            id int PRIMARY KEY, budget bigint NOT NULL, payroll bigint NOT NULL,
            CHECK (budget >= payroll)) WITH (fillfactor = 50)
          """);
      statement.execute(
          "INSERT INTO benchmark_department SELECT n, %d, %d FROM generate_series(0, %d) n"
              .formatted(BUDGET, PAYROLL, count - 1));
      statement.execute("ANALYZE benchmark_department");
    }
  }

  void drop() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS benchmark_department");
    }
  }

  /** How far the sum of the budgets is from what it was in the beginning. */
  long lostOrInvented() throws SQLException {
    return number("SELECT sum(budget) - count(*) * %d FROM benchmark_department".formatted(BUDGET));
  }

  /**
   * How much is not where the committed transfers brought it: a transfer that another one
   * overwrites as a whole does not show in the sum.
   */
  long misplaced(long[] received) throws SQLException {
    long misplaced = 0;
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT id, budget FROM benchmark_department")) {
      while (rows.next()) {
        misplaced += Math.abs(rows.getLong(2) - BUDGET - received[rows.getInt(1)]);
      }
    }
    return misplaced;
  }

  long belowPayroll() throws SQLException {
    return number("SELECT count(*) FROM benchmark_department WHERE budget < payroll");
  }

  /** Read from the server, so that nobody has to believe us. */
  Map<String, String> settings() throws SQLException {
    Map<String, String> settings = new LinkedHashMap<>();
    try (Connection connection = connect();
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

  private long number(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}

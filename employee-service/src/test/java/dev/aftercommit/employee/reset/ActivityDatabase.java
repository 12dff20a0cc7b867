package dev.aftercommit.employee.reset;

import dev.aftercommit.stack.testing.FreshDatabase;
import dev.aftercommit.stack.testing.SharedServers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.awaitility.Awaitility;

/** A database with employees and their tally, made by the service's own migrations. */
final class ActivityDatabase implements AutoCloseable {

  private static final List<String> MIGRATIONS =
      List.of("V100__employees.sql", "V120__activity.sql");

  private final FreshDatabase database;

  private ActivityDatabase(FreshDatabase database) {
    this.database = database;
  }

  /** One department and employees with the ids 1 to {@code employees}, each paid 1000. */
  static ActivityDatabase withEmployees(int employees) throws SQLException {
    ActivityDatabase created =
        new ActivityDatabase(SharedServers.get().freshDatabase("reset", "employee_service"));
    MIGRATIONS.forEach(migration -> created.run(read("/db/migration/" + migration)));
    created.run("INSERT INTO department (name, budget) VALUES ('Ops', 999999999999)");
    created.run(
        "INSERT INTO employee (name, department_id, salary) SELECT 'e' || n, 1, 1000"
            + " FROM generate_series(1, "
            + employees
            + ") n");
    return created;
  }

  DataSource dataSource() {
    return database.dataSource();
  }

  /** A connection in a transaction that the test ends. */
  Connection open() throws SQLException {
    Connection connection = dataSource().getConnection();
    connection.setAutoCommit(false);
    return connection;
  }

  void raise(long employee, int by) {
    run("UPDATE employee SET salary = salary + %d WHERE id = %d".formatted(by, employee));
  }

  static void raise(Connection connection, long employee, int by) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "UPDATE employee SET salary = salary + %d WHERE id = %d".formatted(by, employee));
    }
  }

  void run(String sql) {
    try (Connection connection = dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  long number(String sql) {
    return decimal(sql).longValueExact();
  }

  BigDecimal decimal(String sql) {
    try (Connection connection = dataSource().getConnection();
        PreparedStatement select = connection.prepareStatement(sql);
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getBigDecimal(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What one employee's days came to, as {@code day=change(changes)}, in order. */
  String history(long employee) {
    try (Connection connection = dataSource().getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT coalesce(string_agg(format('%s=%s(%s)', day, change, changes), ' '"
                    + " ORDER BY day), '') FROM activity_history WHERE employee_id = ?")) {
      select.setLong(1, employee);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getString(1);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** How many employees have a history and a day that do not add up, or a total that is wrong. */
  long wrong() {
    return number(
        """
        SELECT count(*) FROM employee e JOIN employee_activity a ON a.employee_id = e.id
        WHERE total_change <> salary - 1000 OR total_change <> daily_change + coalesce(
          (SELECT sum(change) FROM activity_history h WHERE h.employee_id = e.id), 0)
          OR 1 < (SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM activity_history h
                  WHERE h.employee_id = e.id GROUP BY day) AS days)
        """);
  }

  /** Waits until that many transactions wait for a lock. */
  void awaitWaiting(int transactions) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(25))
        .pollInterval(Duration.ofMillis(5))
        .until(
            () ->
                number(
                        """
                        SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
                          AND cardinality(pg_blocking_pids(pid)) > 0
                        """)
                    == transactions);
  }

  /** Kills every other connection, as a crash of their processes does. */
  void terminateOthers() {
    run(
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user
        """);
  }

  @Override
  public void close() {
    database.close();
  }

  private static String read(String resource) {
    try (InputStream in = ActivityDatabase.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

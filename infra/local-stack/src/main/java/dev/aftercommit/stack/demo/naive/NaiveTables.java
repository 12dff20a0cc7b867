package dev.aftercommit.stack.demo.naive;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The tables of the naive system: employees, and an average per department that a task maintains.
 */
final class NaiveTables {

  /** One department by the task and by SQL over the employees. */
  record Department(String name, long headcount, BigDecimal shown, @Nullable BigDecimal truth) {

    boolean equal() {
      return truth != null && shown.compareTo(truth) == 0;
    }
  }

  private static final String CREATE =
      """
      DROP SCHEMA IF EXISTS naive CASCADE;
      CREATE SCHEMA naive;
      CREATE TABLE naive.employee (
        id int PRIMARY KEY, department int NOT NULL, salary numeric(14, 2) NOT NULL);
      CREATE TABLE naive.department (
        id int PRIMARY KEY, headcount bigint NOT NULL, average numeric NOT NULL);
      """;

  private NaiveTables() {}

  /** Creates the tables with employees and right averages. */
  static void create(Connection connection, int employees, int departments, long seed)
      throws SQLException {
    SplittableRandom random = new SplittableRandom(seed);
    try (Statement statement = connection.createStatement()) {
      statement.execute(CREATE);
    }
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO naive.employee VALUES (?, ?, ?)")) {
      for (int id = 1; id <= employees; id++) {
        insert.setInt(1, id);
        insert.setInt(2, id % departments + 1);
        insert.setBigDecimal(3, BigDecimal.valueOf(random.nextLong(3_000_000, 9_000_000), 2));
        insert.addBatch();
      }
      insert.executeBatch();
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO naive.department SELECT department, count(*), avg(salary) FROM naive.employee GROUP BY 1");
    }
  }

  /** What each employee earns. */
  static Map<Integer, BigDecimal> salaries(Connection connection) throws SQLException {
    Map<Integer, BigDecimal> salaries = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT id, salary FROM naive.employee")) {
      while (row.next()) {
        salaries.put(row.getInt(1), row.getBigDecimal(2));
      }
    }
    return salaries;
  }

  /** What the task shows beside what is true. */
  static List<Department> departments(Connection connection) throws SQLException {
    String sql =
        """
        SELECT d.id, d.headcount, round(d.average, 2), round(avg(e.salary), 2)
        FROM naive.department d LEFT JOIN naive.employee e ON e.department = d.id
        GROUP BY d.id ORDER BY d.id
        """;
    List<Department> departments = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        departments.add(
            new Department(
                "Department %02d".formatted(row.getInt(1)),
                row.getLong(2),
                row.getBigDecimal(3),
                row.getBigDecimal(4)));
      }
    }
    return departments;
  }

  static void drop(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("DROP SCHEMA naive CASCADE");
    }
  }
}

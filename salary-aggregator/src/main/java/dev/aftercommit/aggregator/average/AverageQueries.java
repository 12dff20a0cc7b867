package dev.aftercommit.aggregator.average;

import dev.aftercommit.events.ConsistencyToken;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** Reads what has been committed. */
@Singleton
class AverageQueries {

  private final DataSource dataSource;

  AverageQueries(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  Averages all() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT now(), d.department, d.name, d.headcount, d.total FROM (SELECT) AS one"
                    + " LEFT JOIN department AS d ON true ORDER BY d.department");
        ResultSet row = select.executeQuery()) {
      List<DepartmentAverage> departments = new ArrayList<>();
      Instant asOf = Instant.EPOCH;
      while (row.next()) {
        asOf = row.getObject(1, OffsetDateTime.class).toInstant();
        if (row.getString(2) != null) {
          departments.add(department(row));
        }
      }
      return new Averages(asOf, departments);
    }
  }

  Optional<AverageOfDepartment> one(String department) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT now(), department, name, headcount, total FROM department"
                    + " WHERE department = ?")) {
      select.setString(1, department);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(
                AverageOfDepartment.of(
                    row.getObject(1, OffsetDateTime.class).toInstant(), department(row)))
            : Optional.empty();
      }
    }
  }

  /** Whether the write that the token names, or a later one of its subject, has taken effect. */
  boolean includes(ConsistencyToken token) throws SQLException {
    String sql =
        token.subjectType().equals("employee")
            ? "SELECT FROM employee_projection WHERE employee = ? AND version >= ?"
            : "SELECT FROM department WHERE department = ? AND version >= ?";
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, token.subjectId());
      select.setLong(2, token.version());
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    }
  }

  private static DepartmentAverage department(ResultSet row) throws SQLException {
    return DepartmentAverage.of(
        row.getString(2), row.getString(3), row.getLong(4), row.getBigDecimal(5));
  }
}

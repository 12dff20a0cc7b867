package dev.aftercommit.employee.tally;

import dev.aftercommit.freshcache.Versioned;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Reads the tally. Nothing here writes it: triggers of the employee table move it, by addition, in
 * the transaction and the round trip of whatever changes a salary.
 */
@ApplicationScoped
class ActivityTable {

  private static final String OF_EMPLOYEE =
      """
      SELECT total_change, daily_change, changes_today, version
      FROM employee_activity JOIN employee ON employee.id = employee_id
      WHERE employee_id = ? AND department_id IS NOT NULL
      """;

  private static final String OF_DEPARTMENT =
      """
      SELECT count(employee_id), coalesce(sum(total_change), 0.00),
        coalesce(sum(daily_change), 0.00), coalesce(sum(changes_today), 0)
      FROM department
        LEFT JOIN employee ON employee.department_id = department.id
        LEFT JOIN employee_activity ON employee_id = employee.id
      WHERE department.id = ? GROUP BY department.id
      """;

  private final DataSource dataSource;

  @Inject
  ActivityTable(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** The activity of somebody who is employed, under the version of the employee's row. */
  Optional<Versioned<Activity>> ofEmployee(long id, String token) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(OF_EMPLOYEE)) {
      select.setLong(1, id);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(
                new Versioned<>(
                    new Activity(token, row.getBigDecimal(1), row.getBigDecimal(2), row.getInt(3)),
                    row.getLong(4)))
            : Optional.empty();
      }
    }
  }

  /** The sums over a department. */
  Optional<DepartmentActivity> ofDepartment(long id, String token) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(OF_DEPARTMENT)) {
      select.setLong(1, id);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(
                new DepartmentActivity(
                    token,
                    row.getLong(1),
                    row.getBigDecimal(2),
                    row.getBigDecimal(3),
                    row.getLong(4)))
            : Optional.empty();
      }
    }
  }
}

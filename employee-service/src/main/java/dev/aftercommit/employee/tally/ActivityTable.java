package dev.aftercommit.employee.tally;

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
      SELECT total_change, daily_change, changes_today
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

  /** The activity of somebody who is employed. */
  Optional<Activity> ofEmployee(long id) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(OF_EMPLOYEE)) {
      select.setLong(1, id);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(
                new Activity(
                    Long.toString(id), row.getBigDecimal(1), row.getBigDecimal(2), row.getInt(3)))
            : Optional.empty();
      }
    }
  }

  /** The sums over a department. */
  Optional<DepartmentActivity> ofDepartment(long id) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(OF_DEPARTMENT)) {
      select.setLong(1, id);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(
                new DepartmentActivity(
                    Long.toString(id),
                    row.getLong(1),
                    row.getBigDecimal(2),
                    row.getBigDecimal(3),
                    row.getLong(4)))
            : Optional.empty();
      }
    }
  }
}

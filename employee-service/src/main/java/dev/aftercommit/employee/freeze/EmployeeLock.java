package dev.aftercommit.employee.freeze;

import dev.aftercommit.employee.ids.PublicIds;
import dev.aftercommit.employee.problem.Problem;
import dev.aftercommit.employee.problem.Problems;
import dev.aftercommit.employee.transactions.Places;
import dev.aftercommit.publicids.IdType;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.SystemException;
import jakarta.transaction.TransactionManager;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Locks an employee's row until the operation commits, which is what {@link HoldsLock} makes sure
 * of: without it there is no lock but an error.
 */
@ApplicationScoped
class EmployeeLock {

  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private static final String LOCK =
      """
      SELECT frozen_since, pg_current_xact_id()::text FROM employee
      WHERE id = ? AND department_id IS NOT NULL FOR NO KEY UPDATE\
      """;

  private static final String PRESENT = "SELECT pg_current_xact_id_if_assigned()::text";

  private final DataSource dataSource;
  private final TransactionManager transactions;
  private final PublicIds ids;
  private final Places places;

  @Inject
  EmployeeLock(
      DataSource dataSource, TransactionManager transactions, PublicIds ids, Places places) {
    this.places = places;
    this.dataSource = dataSource;
    this.transactions = transactions;
    this.ids = ids;
  }

  /**
   * Takes the lock.
   *
   * @param wait whether to wait for whoever has the row now
   * @return since when the employee is frozen, null when not
   * @throws Problem 404 when nobody of that id is employed; 423 when somebody has the row and
   *     {@code wait} is false
   * @throws IllegalStateException outside a transaction or an operation with {@link HoldsLock}
   */
  @Nullable Instant take(long id, boolean wait) throws SQLException, SystemException {
    LockScope scope = LockScope.current();
    if (scope == null || !scope.holds(transactions.getTransaction())) {
      throw outsideOfScope("EmployeeLock.take");
    }
    if (wait) {
      places.atEmployee(id, Problems::contention);
    }
    try (Connection connection = dataSource.getConnection();
        PreparedStatement lock = connection.prepareStatement(wait ? LOCK : LOCK + " NOWAIT")) {
      lock.setLong(1, id);
      try (ResultSet row = lock.executeQuery()) {
        if (!row.next()) {
          throw Problems.employeeNotFound(ids.token(IdType.EMPLOYEE, id));
        }
        scope.lockedIn(row.getString(2));
        OffsetDateTime since = row.getObject(1, OffsetDateTime.class);
        return since == null ? null : since.toInstant();
      }
    } catch (SQLException e) {
      if (!wait && LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
        throw Problems.employeeLocked(ids.token(IdType.EMPLOYEE, id));
      }
      throw e;
    }
  }

  /** Finds out whether SQL that nobody saw has ended the transaction of the lock. */
  void requireSameTransaction(LockScope scope) throws SQLException {
    String lockedIn = scope.lockedIn();
    if (lockedIn == null) {
      return;
    }
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(PRESENT);
        ResultSet row = select.executeQuery()) {
      row.next();
      String present = row.getString(1);
      if (!lockedIn.equals(present)) {
        throw scope.refuse(
            "SQL on a plain connection ended database transaction %s, now it is %s"
                .formatted(lockedIn, present));
      }
    }
  }

  static IllegalStateException outsideOfScope(String call) {
    return new IllegalStateException(
        "%s was called outside a transaction that keeps its locks until its own commit: put @Transactional and @HoldsLock on the service method that needs the lock, and call it from another bean"
            .formatted(call));
  }
}

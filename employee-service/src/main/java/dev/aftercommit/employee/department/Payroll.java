package dev.aftercommit.employee.department;

import dev.aftercommit.employee.problem.Problem;
import dev.aftercommit.employee.problem.Problems;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * Keeps each department's payroll within its budget, whatever happens at the same time: the sum
 * moves by addition in the database, under the department's row lock, which is held until commit.
 *
 * <p>All employees of a department meet at that row. So it comes last in a transaction, after the
 * employee's row and the event; and the rows are taken in ascending order of id.
 */
@ApplicationScoped
public class Payroll {

  private final DepartmentRepository departments;

  @Inject
  Payroll(DepartmentRepository departments) {
    this.departments = departments;
  }

  /**
   * To be called before rows are written that refer to these departments: writing them waits for
   * whoever changes a department.
   */
  public void takePlaces(Collection<Long> ids) {
    ids.stream().sorted().forEach(departments::takePlace);
  }

  /**
   * Adds to one department's payroll.
   *
   * @param delta may be negative
   * @throws Problem 409 when the budget does not allow it; the transaction must roll back
   */
  public void add(long department, BigDecimal delta) {
    if (delta.signum() != 0 && !departments.addToPayroll(department, delta)) {
      addUnderLock(department, delta);
    }
  }

  /**
   * Adds to several departments' payrolls.
   *
   * @param deltas by department; may be negative
   * @throws Problem 409 when a budget does not allow it; the transaction must roll back
   */
  public void addAll(Map<Long, BigDecimal> deltas) {
    new TreeMap<>(deltas).forEach(this::add);
  }

  /**
   * The budget did not allow it a moment ago. Under the lock it is decided for good: refused with
   * numbers that are true together, or done after all, if room was made in between.
   */
  private void addUnderLock(long id, BigDecimal delta) {
    Department department = departments.lockPayroll(id).orElseThrow(Problems::departmentNotFound);
    department.requireRoomFor(delta);
    if (!departments.addToPayroll(id, delta)) {
      throw new IllegalStateException(
          "the payroll of the locked department %d refused %s although its budget allows it"
              .formatted(id, delta));
    }
  }
}

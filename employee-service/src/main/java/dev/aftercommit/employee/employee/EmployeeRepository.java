package dev.aftercommit.employee.employee;

import dev.aftercommit.employee.http.IfMatch;
import dev.aftercommit.employee.http.PageRequest;
import dev.aftercommit.employee.ids.PublicIds;
import dev.aftercommit.employee.problem.Problem;
import dev.aftercommit.employee.problem.Problems;
import dev.aftercommit.employee.transactions.Places;
import dev.aftercommit.publicids.IdType;
import io.quarkus.hibernate.orm.panache.PanacheRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.LockModeType;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class EmployeeRepository implements PanacheRepository<Employee> {

  private final PublicIds ids;
  private final Places places;

  @Inject
  EmployeeRepository(PublicIds ids, Places places) {
    this.places = places;
    this.ids = ids;
  }

  /**
   * Locks the row of somebody who is employed until the transaction ends, waiting for whoever has
   * it now; what is read is the newest committed state.
   *
   * @throws Problem 404 when there is no such employee, 412 when the version is not the expected
   */
  Employee lock(long id, IfMatch ifMatch) {
    places.atEmployee(id, Problems::contention);
    Employee employee = employed(id, findById(id, LockModeType.PESSIMISTIC_WRITE));
    ifMatch.check(employee.version());
    return employee;
  }

  /**
   * Finds somebody who is employed.
   *
   * @throws Problem 404 when there is no such employee
   */
  Employee get(long id) {
    return employed(id, findById(id));
  }

  List<Employee> page(PageRequest page) {
    return find("id > ?1 and department is not null order by id", page.after())
        .range(0, page.limit())
        .list();
  }

  List<Employee> pageOf(long department, PageRequest page) {
    return find("department = ?1 and id > ?2 order by id", department, page.after())
        .range(0, page.limit())
        .list();
  }

  /** Adds to the salary in the database; returns the new state. */
  Employee raiseByAmount(Employee before, BigDecimal amount) {
    return raise(before, "salary + :by", amount);
  }

  /** Adds a percentage of the salary in the database, rounded to cents; returns the new state. */
  Employee raiseByPercent(Employee before, BigDecimal percent) {
    return raise(before, "round(salary * (1 + :by / 100.0), 2)", percent);
  }

  /**
   * The database computes on what it holds, never on what was read here. The state before is
   * detached, so that it stays what it was while the new one takes its place in the session.
   */
  private Employee raise(Employee before, String newSalary, BigDecimal by) {
    getSession().detach(before);
    return getSession()
        .createNativeQuery(
            """
                UPDATE employee SET salary = %s, version = version + 1
                WHERE id = :id RETURNING *
                """
                .formatted(newSalary),
            Employee.class)
        .setParameter("by", by)
        .setParameter("id", before.id())
        .getSingleResult();
  }

  private Employee employed(long id, @Nullable Employee employee) {
    if (employee == null || employee.hasLeft()) {
      throw Problems.employeeNotFound(ids.token(IdType.EMPLOYEE, id));
    }
    return employee;
  }
}

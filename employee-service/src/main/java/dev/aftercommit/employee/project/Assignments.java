package dev.aftercommit.employee.project;

import dev.aftercommit.employee.ids.PublicIds;
import dev.aftercommit.employee.problem.Problem;
import dev.aftercommit.employee.problem.Problems;
import dev.aftercommit.employee.transactions.Places;
import dev.aftercommit.publicids.IdType;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import org.hibernate.Session;

/**
 * Who works on what, as rows and as nothing else: two who assign themselves at once insert two
 * rows, and no list exists that one of them could overwrite.
 *
 * <p>Locks in the order of the whole service: the employee's row, then others.
 */
@ApplicationScoped
public class Assignments {

  private final Session database;
  private final PublicIds ids;
  private final Places places;

  @Inject
  Assignments(Session database, PublicIds ids, Places places) {
    this.places = places;
    this.database = database;
    this.ids = ids;
  }

  /**
   * Ends every assignment of somebody who leaves.
   *
   * @param employee whose row this transaction has locked
   */
  public void endAllOf(long employee) {
    database
        .createNativeMutationQuery("DELETE FROM project_assignee WHERE employee_id = :employee")
        .setParameter("employee", employee)
        .executeUpdate();
  }

  /**
   * Assigns somebody who is employed; once more changes nothing.
   *
   * @throws Problem 404 when there is no such employee
   */
  void add(long project, long employee) {
    lockEmployed(employee);
    database
        .createNativeMutationQuery(
            """
            INSERT INTO project_assignee (project_id, employee_id) VALUES (:project, :employee)
            ON CONFLICT DO NOTHING
            """)
        .setParameter("project", project)
        .setParameter("employee", employee)
        .executeUpdate();
  }

  void remove(long project, long employee) {
    database
        .createNativeMutationQuery(
            "DELETE FROM project_assignee WHERE project_id = :project AND employee_id = :employee")
        .setParameter("project", project)
        .setParameter("employee", employee)
        .executeUpdate();
  }

  /**
   * The employees of a project, in ascending order. What the column is stands here: else the driver
   * would ask the database's catalogue on each new connection.
   */
  List<Long> of(long project) {
    return database
        .createNativeQuery(
            "SELECT employee_id FROM project_assignee WHERE project_id = :project ORDER BY 1",
            Long.class)
        .addScalar("employee_id", Long.class)
        .setParameter("project", project)
        .getResultList();
  }

  /**
   * Whoever leaves at the same moment waits, or is waited for and then found to have left; several
   * assignments of one employee do not wait for each other.
   */
  private void lockEmployed(long employee) {
    places.atEmployee(employee, Problems::contention);
    boolean employed =
        !database
            .createNativeQuery(
                """
                SELECT id FROM employee WHERE id = :employee AND department_id IS NOT NULL FOR SHARE
                """,
                Long.class)
            .addScalar("id", Long.class)
            .setParameter("employee", employee)
            .getResultList()
            .isEmpty();
    if (!employed) {
      throw Problems.employeeNotFound(ids.token(IdType.EMPLOYEE, employee));
    }
  }
}

package dev.aftercommit.employee.department;

import dev.aftercommit.employee.http.PageRequest;
import dev.aftercommit.employee.problem.Problems;
import dev.aftercommit.employee.transactions.Places;
import io.quarkus.hibernate.orm.panache.PanacheRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

@ApplicationScoped
class DepartmentRepository implements PanacheRepository<Department> {

  private final Places places;

  @Inject
  DepartmentRepository(Places places) {
    this.places = places;
  }

  /**
   * Takes a place at the row before it is locked in any strength, also as the target of a foreign
   * key.
   */
  void takePlace(long id) {
    places.atDepartment(id, Problems::contention);
  }

  /**
   * Locks the row as strongly as a change of its name will need. A weaker lock, raised later, can
   * deadlock with a transaction that holds the row as the target of a foreign key.
   */
  Optional<Department> lockToChange(long id) {
    return lock(id, "FOR UPDATE");
  }

  /**
   * Locks the row as strongly as a change of its payroll needs, and no more: several transactions
   * that have just hired somebody hold it as the target of a foreign key, and each would wait for
   * the others.
   */
  Optional<Department> lockPayroll(long id) {
    return lock(id, "FOR NO KEY UPDATE");
  }

  private Optional<Department> lock(long id, String strength) {
    takePlace(id);
    return getSession()
        .createNativeQuery("SELECT * FROM department WHERE id = :id " + strength, Department.class)
        .setParameter("id", id)
        .uniqueResultOptional();
  }

  /** Adds to the payroll if the budget allows it; tells whether it did. */
  boolean addToPayroll(long id, BigDecimal delta) {
    takePlace(id);
    // native: Hibernate would translate the same statement anew for each change
    return getSession()
            .createNativeMutationQuery(
                """
                UPDATE department SET payroll = payroll + :delta
                WHERE id = :id AND payroll + :delta <= budget
                """)
            .setParameter("delta", delta)
            .setParameter("id", id)
            .executeUpdate()
        == 1;
  }

  List<Department> page(PageRequest page) {
    return find("id > ?1 order by id", page.after()).range(0, page.limit()).list();
  }

  List<Department> named(Collection<String> names) {
    return list("name in ?1", names);
  }

  /** Creates a department unless one of that name exists, waiting for one that is being created. */
  Optional<Department> createIfAbsent(long id, String name, BigDecimal budget) {
    return getSession()
        .createNativeQuery(
            """
            INSERT INTO department (id, name, budget) VALUES (:id, :name, :budget)
            ON CONFLICT (name) DO NOTHING RETURNING *
            """,
            Department.class)
        .setParameter("id", id)
        .setParameter("name", name)
        .setParameter("budget", budget)
        .uniqueResultOptional();
  }
}

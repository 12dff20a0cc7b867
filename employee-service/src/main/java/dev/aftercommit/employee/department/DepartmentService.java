package dev.aftercommit.employee.department;

import dev.aftercommit.employee.events.ChangeEvents;
import dev.aftercommit.employee.http.IfMatch;
import dev.aftercommit.employee.http.PageRequest;
import dev.aftercommit.employee.ids.PublicIds;
import dev.aftercommit.employee.problem.Problems;
import dev.aftercommit.employee.transactions.RetriedOnConflict;
import dev.aftercommit.publicids.IdType;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;

@ApplicationScoped
class DepartmentService {

  private final DepartmentRepository departments;
  private final ChangeEvents events;
  private final PublicIds ids;
  private final Clock clock;

  @Inject
  DepartmentService(
      DepartmentRepository departments, ChangeEvents events, PublicIds ids, Clock clock) {
    this.departments = departments;
    this.events = events;
    this.ids = ids;
    this.clock = clock;
  }

  @Transactional
  @RetriedOnConflict
  Department create(DepartmentTerms terms) {
    Department department = new Department(ids.next(), terms.name(), terms.budget());
    departments.persist(department);
    append(department);
    return department;
  }

  @Transactional
  @RetriedOnConflict
  Department change(long id, DepartmentTerms terms, IfMatch ifMatch) {
    Department department =
        departments
            .lockToChange(id)
            .orElseThrow(() -> Problems.departmentNotFound(ids.token(IdType.DEPARTMENT, id)));
    ifMatch.check(department.version());
    if (!department.isAlready(terms.name(), terms.budget())) {
      department.change(terms.name(), terms.budget());
      append(department);
    }
    return department;
  }

  Department get(long id) {
    return departments
        .findByIdOptional(id)
        .orElseThrow(() -> Problems.departmentNotFound(ids.token(IdType.DEPARTMENT, id)));
  }

  List<Department> page(PageRequest page) {
    return departments.page(page);
  }

  private void append(Department department) {
    departments.flush();
    events.append(List.of(department.changed(ids, clock.instant().truncatedTo(ChronoUnit.MICROS))));
  }
}

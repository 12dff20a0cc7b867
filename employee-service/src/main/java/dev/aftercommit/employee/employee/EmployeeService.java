package dev.aftercommit.employee.employee;

import dev.aftercommit.employee.department.Payroll;
import dev.aftercommit.employee.http.IfMatch;
import dev.aftercommit.employee.http.PageRequest;
import dev.aftercommit.employee.ids.PublicIds;
import dev.aftercommit.employee.project.Assignments;
import dev.aftercommit.employee.transactions.RetriedOnConflict;
import dev.aftercommit.events.EmployeeChanged.Change;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/**
 * Who works where. Each use case locks the employee's row first, appends the event once the row has
 * been written, and moves the departments' payrolls last.
 */
@ApplicationScoped
class EmployeeService {

  private final EmployeeRepository employees;
  private final EmployeeEvents events;
  private final Payroll payroll;
  private final Assignments assignments;
  private final PublicIds ids;

  @Inject
  EmployeeService(
      EmployeeRepository employees,
      EmployeeEvents events,
      Payroll payroll,
      Assignments assignments,
      PublicIds ids) {
    this.assignments = assignments;
    this.employees = employees;
    this.events = events;
    this.payroll = payroll;
    this.ids = ids;
  }

  @Transactional
  @RetriedOnConflict
  Employee hire(Requests.Hire hire) {
    long department = ids.department(hire.department());
    Employee employee =
        new Employee(ids.next(), hire.name(), hire.email(), department, hire.salary());
    payroll.takePlaces(List.of(department));
    employees.persist(employee);
    events.append(employee, Change.HIRED);
    payroll.add(department, employee.salary());
    return employee;
  }

  @Transactional
  @RetriedOnConflict
  Employee changeDetails(long id, Requests.Details details, IfMatch ifMatch) {
    Employee employee = employees.lock(id, ifMatch);
    if (!employee.isCalled(details.name(), details.email())) {
      employee.rename(details.name(), details.email());
      events.append(employee, Change.DETAILS_CHANGED);
    }
    return employee;
  }

  @Transactional
  @RetriedOnConflict
  Employee transfer(long id, Requests.Transfer transfer, IfMatch ifMatch) {
    long to = ids.department(transfer.department());
    Employee employee = employees.lock(id, ifMatch);
    long from = employee.department();
    if (from != to) {
      payroll.takePlaces(List.of(from, to));
      employee.transferTo(to);
      events.append(employee, Change.TRANSFERRED);
      BigDecimal salary = employee.salary();
      payroll.addAll(Map.of(from, salary.negate(), to, salary));
    }
    return employee;
  }

  @Transactional
  @RetriedOnConflict
  Employee leave(long id, IfMatch ifMatch) {
    Employee employee = employees.lock(id, ifMatch);
    long from = employee.department();
    employee.leave();
    assignments.endAllOf(id);
    events.append(employee, Change.LEFT);
    payroll.add(from, employee.salary().negate());
    return employee;
  }

  Employee get(long id) {
    return employees.get(id);
  }

  List<Employee> page(PageRequest page) {
    return employees.page(page);
  }

  List<Employee> pageOf(long department, PageRequest page) {
    return employees.pageOf(department, page);
  }
}

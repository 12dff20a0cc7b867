package dev.aftercommit.employee.employee;

import dev.aftercommit.employee.department.Payroll;
import dev.aftercommit.employee.http.IfMatch;
import dev.aftercommit.employee.transactions.RetriedOnConflict;
import dev.aftercommit.events.EmployeeChanged.Change;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.math.BigDecimal;

/** What somebody earns. Locks, event and payroll in the order of {@link EmployeeService}. */
@ApplicationScoped
class SalaryService {

  private final EmployeeRepository employees;
  private final EmployeeEvents events;
  private final Payroll payroll;

  @Inject
  SalaryService(EmployeeRepository employees, EmployeeEvents events, Payroll payroll) {
    this.employees = employees;
    this.events = events;
    this.payroll = payroll;
  }

  /** Pays this salary from now on; the same salary again changes nothing and appends no event. */
  @Transactional
  @RetriedOnConflict
  Employee change(long id, BigDecimal salary, IfMatch ifMatch) {
    Employee employee = employees.lock(id, ifMatch);
    if (!employee.earns(salary)) {
      BigDecimal delta = salary.subtract(employee.salary());
      employee.paySalary(salary);
      events.append(employee, Change.SALARY_CHANGED);
      payroll.add(employee.department(), delta);
    }
    return employee;
  }

  /** Raises or lowers the salary; by zero changes nothing and appends no event. */
  @Transactional
  @RetriedOnConflict
  Employee raise(long id, Requests.Raise raise, IfMatch ifMatch) {
    Employee before = employees.lock(id, ifMatch);
    BigDecimal amount = raise.amount();
    BigDecimal percent = raise.percent();
    if (amount != null && amount.signum() != 0) {
      return raised(before, employees.raiseByAmount(before, amount));
    }
    if (percent != null && percent.signum() != 0) {
      return raised(before, employees.raiseByPercent(before, percent));
    }
    return before;
  }

  private Employee raised(Employee before, Employee after) {
    events.append(after, Change.SALARY_CHANGED);
    payroll.add(after.department(), after.salary().subtract(before.salary()));
    return after;
  }
}

package dev.aftercommit.employee.department;

import dev.aftercommit.employee.ids.PublicIds;
import dev.aftercommit.employee.problem.Problem;
import dev.aftercommit.employee.problem.Problems;
import dev.aftercommit.events.DepartmentChanged;
import dev.aftercommit.publicids.IdType;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;

/**
 * A department with the money it may spend on salaries and the money it spends. The version counts
 * changes of name and budget; the payroll moves without it, by addition in the database.
 */
@Entity
@Table(name = "department")
class Department {

  private static final BigDecimal MAX_BUDGET = new BigDecimal("999999999999.99");

  @Id private Long id;

  @Column private String name;
  @Column private BigDecimal budget;

  @Column(insertable = false, updatable = false)
  private BigDecimal payroll = BigDecimal.ZERO.setScale(2);

  @Version private long version;

  /** For the persistence provider. */
  protected Department() {}

  Department(long id, String name, BigDecimal budget) {
    this.id = id;
    this.name = name;
    this.budget = cents(budget);
  }

  long id() {
    return id;
  }

  String name() {
    return name;
  }

  long version() {
    return version;
  }

  boolean isAlready(String otherName, BigDecimal otherBudget) {
    return name.equals(otherName) && budget.compareTo(otherBudget) == 0;
  }

  /**
   * Takes another name and budget; the caller holds the row's lock, so the payroll stands still.
   *
   * @throws Problem 409 when the salaries already exceed that budget
   */
  void change(String newName, BigDecimal newBudget) {
    name = newName;
    budget = cents(newBudget);
    requireRoomFor(BigDecimal.ZERO);
  }

  /**
   * Adds to the budget or takes away from it; the caller holds the row's lock.
   *
   * @throws Problem 409 when the salaries exceed what is left, or the sum is above the range
   */
  void changeBudget(BigDecimal delta, PublicIds ids) {
    budget = cents(budget.add(delta));
    if (budget.compareTo(MAX_BUDGET) > 0) {
      throw Problems.budgetOutOfRange(ids.token(IdType.DEPARTMENT, id));
    }
    requireRoomFor(BigDecimal.ZERO);
  }

  /**
   * Whether the budget allows that much more.
   *
   * @throws Problem 409 with both numbers when it does not
   */
  void requireRoomFor(BigDecimal delta) {
    BigDecimal required = payroll.add(delta);
    if (required.compareTo(budget) > 0) {
      throw Problems.budgetExceeded(name, budget, required);
    }
  }

  DepartmentChanged changed(PublicIds ids, Instant when) {
    return new DepartmentChanged(ids.token(IdType.DEPARTMENT, id), name, budget, version, when);
  }

  DepartmentView view(PublicIds ids) {
    return new DepartmentView(ids.token(IdType.DEPARTMENT, id), name, budget, payroll, version);
  }

  private static BigDecimal cents(BigDecimal amount) {
    return amount.setScale(2, RoundingMode.UNNECESSARY);
  }
}

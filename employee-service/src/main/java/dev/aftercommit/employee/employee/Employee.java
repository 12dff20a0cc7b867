package dev.aftercommit.employee.employee;

import dev.aftercommit.employee.ids.PublicIds;
import dev.aftercommit.events.EmployeeChanged;
import dev.aftercommit.publicids.IdType;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Objects;
import org.hibernate.annotations.DynamicUpdate;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who works in a department for a salary, or did: after leaving, the row stays without a
 * department, so that its versions go on.
 */
@Entity
@Table(name = "employee")
@DynamicUpdate
class Employee {

  @Id private Long id;

  @Column private String name;
  @Column private @Nullable String email;

  @Column(name = "department_id")
  private @Nullable Long department;

  @Column private BigDecimal salary;
  @Version private long version;

  /** For the persistence provider. */
  protected Employee() {}

  Employee(long id, String name, @Nullable String email, long department, BigDecimal salary) {
    this.id = id;
    this.name = name;
    this.email = email;
    this.department = department;
    this.salary = cents(salary);
  }

  long id() {
    return id;
  }

  long version() {
    return version;
  }

  BigDecimal salary() {
    return salary;
  }

  boolean hasLeft() {
    return department == null;
  }

  /** The department of somebody who is employed. */
  long department() {
    return Objects.requireNonNull(
        department, () -> "employee %d has left and works in no department".formatted(id));
  }

  boolean isCalled(String otherName, @Nullable String otherEmail) {
    return name.equals(otherName) && Objects.equals(email, otherEmail);
  }

  void rename(String newName, @Nullable String newEmail) {
    name = newName;
    email = newEmail;
  }

  boolean earns(BigDecimal amount) {
    return salary.compareTo(amount) == 0;
  }

  void paySalary(BigDecimal newSalary) {
    salary = cents(newSalary);
  }

  void transferTo(long newDepartment) {
    department = newDepartment;
  }

  void leave() {
    department = null;
  }

  EmployeeChanged changed(
      EmployeeChanged.Change change, String currency, PublicIds ids, Instant when) {
    return new EmployeeChanged(
        ids.token(IdType.EMPLOYEE, id),
        name,
        email,
        department == null ? null : ids.token(IdType.DEPARTMENT, department),
        salary,
        currency,
        version,
        change,
        when);
  }

  EmployeeView view(String currency, PublicIds ids) {
    return new EmployeeView(
        ids.token(IdType.EMPLOYEE, id),
        name,
        email,
        ids.token(IdType.DEPARTMENT, department()),
        salary,
        currency,
        version);
  }

  private static BigDecimal cents(BigDecimal amount) {
    return amount.setScale(2, RoundingMode.UNNECESSARY);
  }
}

package dev.aftercommit.employee.employee;

import dev.aftercommit.events.EmployeeChanged;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
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

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private Long id;

  @Column private String name;
  @Column private @Nullable String email;

  @Column(name = "department_id")
  private @Nullable Long department;

  @Column private BigDecimal salary;
  @Version private long version;

  /** For the persistence provider. */
  protected Employee() {}

  Employee(String name, @Nullable String email, long department, BigDecimal salary) {
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

  EmployeeChanged changed(EmployeeChanged.Change change, String currency, Instant when) {
    return new EmployeeChanged(
        Long.toString(id),
        name,
        email,
        department == null ? null : Long.toString(department),
        salary,
        currency,
        version,
        change,
        when);
  }

  EmployeeView view(String currency) {
    return new EmployeeView(
        Long.toString(id), name, email, Long.toString(department()), salary, currency, version);
  }

  private static BigDecimal cents(BigDecimal amount) {
    return amount.setScale(2, RoundingMode.UNNECESSARY);
  }
}

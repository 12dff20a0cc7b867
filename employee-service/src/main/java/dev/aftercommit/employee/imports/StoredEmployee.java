package dev.aftercommit.employee.imports;

import dev.aftercommit.events.EmployeeChanged.Change;
import java.math.BigDecimal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An employee as the database has it.
 *
 * @param department null when the employee has left
 */
record StoredEmployee(
    long id,
    String key,
    String name,
    @Nullable String email,
    @Nullable Long department,
    BigDecimal salary,
    long version) {

  /** Whether this is already what the row says. */
  boolean isAlready(ImportRow.Placed row) {
    return name.equals(row.name())
        && Objects.equals(email, emailAfter(row))
        && Objects.equals(department, row.department())
        && salary.compareTo(row.salary()) == 0;
  }

  /** The department of somebody who is employed. */
  long employedIn() {
    return Objects.requireNonNull(
        department, () -> "employee %d has left and works in no department".formatted(id));
  }

  /** This employee with the row's values and the next version. */
  StoredEmployee with(ImportRow.Placed row) {
    return new StoredEmployee(
        id, key, row.name(), emailAfter(row), row.department(), row.salary(), version + 1);
  }

  /** What happened to the employee who was {@code before}: the most telling difference. */
  Change changeSince(StoredEmployee before) {
    if (before.department == null) {
      return Change.HIRED;
    }
    if (!before.department.equals(department)) {
      return Change.TRANSFERRED;
    }
    return before.salary.compareTo(salary) == 0 ? Change.DETAILS_CHANGED : Change.SALARY_CHANGED;
  }

  private @Nullable String emailAfter(ImportRow.Placed row) {
    return row.email() == null ? email : row.email();
  }
}

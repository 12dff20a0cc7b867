package dev.aftercommit.employee.imports;

import dev.aftercommit.employee.http.PlainText;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One employee as the payroll file has it, checked.
 *
 * @param line where it stands in the caller's file
 * @param key identifies the employee for ever
 * @param name the employee's name
 * @param email absent when the file does not know it; what is stored is then kept
 * @param department name of the department
 * @param salary yearly salary, two decimals
 */
record ImportRow(
    long line,
    @PlainText String key,
    @PlainText String name,
    @Email @Size(max = 254) @Nullable String email,
    @PlainText String department,
    BigDecimal salary) {

  /**
   * This row with its department found.
   *
   * @param departments ids by name
   */
  Placed in(Map<String, Long> departments) {
    Long id = departments.get(department);
    if (id == null) {
      throw new IllegalStateException("no department was found or created for " + department);
    }
    return new Placed(line, key, name, email, id, salary);
  }

  /**
   * A row whose department is known by its id.
   *
   * @param department id of the department
   */
  record Placed(
      long line,
      String key,
      String name,
      @Nullable String email,
      long department,
      BigDecimal salary) {}
}

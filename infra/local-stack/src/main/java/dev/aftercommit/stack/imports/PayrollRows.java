package dev.aftercommit.stack.imports;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns CSV rows into payroll rows and gives each its key: the key column where there is one, else
 * the name and its occurrence number among the rows of that name. Keeps one counter per name (or
 * key), and nothing else of the file.
 */
final class PayrollRows {

  private final Columns columns;
  private final Map<String, Integer> occurrences = new HashMap<>();

  PayrollRows(Columns columns) {
    this.columns = columns;
  }

  /**
   * The payroll row of a good CSV row.
   *
   * @throws RowRejected when the row cannot be imported
   */
  PayrollRow of(Row row) throws RowRejected {
    List<String> fields = row.fields();
    String employee = fields.get(columns.employee()).strip();
    if (employee.isEmpty()) {
      throw new RowRejected("the employee's name is empty");
    }
    String department = fields.get(columns.department()).strip();
    if (department.isEmpty()) {
      throw new RowRejected("the department is empty");
    }
    String email = columns.email() < 0 ? "" : fields.get(columns.email()).strip();
    return new PayrollRow(
        row.line(),
        key(fields, employee),
        employee,
        email.isEmpty() ? null : email,
        department,
        fields.get(columns.salary()).strip(),
        fields);
  }

  private String key(List<String> fields, String employee) throws RowRejected {
    if (columns.key() < 0) {
      return employee + "#" + occurrences.merge(employee, 1, Integer::sum);
    }
    String key = fields.get(columns.key()).strip();
    if (key.isEmpty()) {
      throw new RowRejected("the key is empty");
    }
    if (occurrences.merge(key, 1, Integer::sum) > 1) {
      throw new RowRejected("the key " + key + " was used by an earlier row");
    }
    return key;
  }

  /** A row that is not sent; the message is the reason. */
  static final class RowRejected extends Exception {
    RowRejected(String reason) {
      super(reason);
    }
  }
}

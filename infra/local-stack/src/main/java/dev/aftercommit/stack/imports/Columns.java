package dev.aftercommit.stack.imports;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which column holds what, as indexes into a row; -1 for an optional one that the file does not
 * have.
 */
record Columns(int employee, int department, int salary, int email, int key) {

  private static final Set<String> ROLES =
      Set.of("employee", "department", "salary", "email", "key");

  /**
   * Finds the columns by the header row. Names are compared without regard to case.
   *
   * @param headers the header row
   * @param named role (employee, department, salary, email, key) to column name
   * @throws ImportException when a role or a column does not exist; it lists the headers found
   */
  static Columns find(List<String> headers, Map<String, String> named) {
    Set<String> unknown = new TreeSet<>(named.keySet());
    unknown.removeAll(ROLES);
    if (!unknown.isEmpty()) {
      throw new ImportException(
          "--columns knows %s; found %s".formatted(new TreeSet<>(ROLES), unknown));
    }
    return new Columns(
        required(headers, named, "employee", "employee", "name"),
        required(headers, named, "department", "department", "job_department"),
        required(headers, named, "salary", "salary", "annual_salary"),
        named.containsKey("email") ? required(headers, named, "email") : indexOf(headers, "email"),
        named.containsKey("key") ? required(headers, named, "key") : -1);
  }

  private static int required(
      List<String> headers, Map<String, String> named, String role, String... defaults) {
    List<String> candidates =
        named.containsKey(role) ? List.of(named.get(role)) : List.of(defaults);
    for (String candidate : candidates) {
      int index = indexOf(headers, candidate);
      if (index >= 0) {
        return index;
      }
    }
    throw new ImportException(
        "no column %s for the %s. Columns found: %s. Name it with --columns %s=<column>"
            .formatted(String.join(" or ", candidates), role, String.join(", ", headers), role));
  }

  private static int indexOf(List<String> headers, String name) {
    String wanted = name.strip().toLowerCase(Locale.ROOT);
    for (int i = 0; i < headers.size(); i++) {
      if (headers.get(i).toLowerCase(Locale.ROOT).equals(wanted)) {
        return i;
      }
    }
    return -1;
  }
}

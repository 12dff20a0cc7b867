package dev.aftercommit.stack.imports;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.aftercommit.stack.rest.DepartmentAverage;
import dev.aftercommit.stack.rest.TextTable;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an import did, and what the aggregator shows afterwards. Printed as JSON by {@code --json}.
 *
 * @param rows rows of the file, without the header
 * @param rejectedFile where the rejected rows are; null when there are none
 * @param complete whether the averages include every imported row
 * @param headcount employees in all departments
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ImportSummary(
    String file,
    long rows,
    long created,
    long changed,
    long unchanged,
    long rejected,
    @Nullable String rejectedFile,
    long departmentsCreated,
    double seconds,
    boolean complete,
    long headcount,
    List<DepartmentAverage> departments) {

  void print(PrintWriter out) {
    TextTable table = new TextTable("Department", "Headcount", "Average salary", "Total");
    for (DepartmentAverage d : departments) {
      table.row(
          d.name(),
          "%,d".formatted(d.headcount()),
          d.average() == null ? "-" : "%,.2f".formatted(d.average()),
          "%,.2f".formatted(d.total()));
    }
    table.print(out, "");
    out.println();
    out.printf(
        "%s: %,d rows in %.1f s (%,.0f rows/s): %,d created, %,d changed, %,d unchanged, %,d rejected%n",
        file,
        rows,
        seconds,
        rows / Math.max(seconds, 0.001),
        created,
        changed,
        unchanged,
        rejected);
    out.printf(
        "%,d employees in %,d departments, %,d of them new%n",
        headcount, departments.size(), departmentsCreated);
    if (rejectedFile != null) {
      out.printf(
          "Rejected rows, with line and reason: %s. Correct them in %s and import it again.%n",
          rejectedFile, file);
    }
    out.flush();
  }
}

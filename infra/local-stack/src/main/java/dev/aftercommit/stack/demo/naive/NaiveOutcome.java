package dev.aftercommit.stack.demo.naive;

import dev.aftercommit.stack.rest.TextTable;
import java.io.PrintWriter;
import java.util.List;

/**
 * The damage.
 *
 * @param applied messages the task applied, those that came again included
 * @param toldOfRolledBack changes that rolled back and that the task was told of all the same
 * @param wrongSalaries employees who do not earn what their committed raises add up to
 * @param startSeconds of the servers and the tables
 * @param runSeconds of the changes
 * @param drainSeconds until the task had applied every message
 */
public record NaiveOutcome(
    long committed,
    long rolledBack,
    long published,
    long republished,
    long applied,
    long toldOfRolledBack,
    long wrongSalaries,
    List<Department> departments,
    double startSeconds,
    double runSeconds,
    double drainSeconds) {

  /** One department: what the task shows, and what is true. */
  public record Department(
      String name, long headcount, String shown, String truth, boolean equal) {}

  /** How many averages are wrong. */
  public long departmentsWrong() {
    return departments.stream().filter(department -> !department.equal()).count();
  }

  /** Whether no damage was done. */
  public boolean holds() {
    return departmentsWrong() == 0 && wrongSalaries == 0 && toldOfRolledBack == 0;
  }

  /** Prints it as the demo prints its outcome. */
  public void print(PrintWriter out) {
    out.println();
    TextTable table =
        new TextTable("Department", "Headcount", "Average shown", "Average by SQL", "Equal");
    for (Department d : departments) {
      table.row(
          d.name(), "%,d".formatted(d.headcount()), d.shown(), d.truth(), d.equal() ? "✔" : "✘ NO");
    }
    table.print(out, "  ");
    out.println();
    line(out, "committed", "%,d raises, %,.0f/s".formatted(committed, committed / runSeconds));
    line(out, "rolled back", "%,d".formatted(rolledBack));
    line(out, "published", "%,d before their commit, %,d again".formatted(published, republished));
    line(out, "effects", "%,d, no duplicate recognised".formatted(applied));
    out.println();
    judge(
        out,
        departmentsWrong(),
        "averages are wrong, of %,d".formatted(departments.size()),
        "the task read rows before their commit, or after a later one, or twice");
    judge(
        out,
        wrongSalaries,
        "employees do not earn what their raises add up to",
        "two writers read the same salary, and the second overwrote the first");
    judge(
        out,
        toldOfRolledBack,
        "changes were told to the task and never happened",
        "the message left before the commit that did not come");
    out.println();
    out.println(
        holds()
            ? "No damage this time, which proves nothing: the races are there."
            : "BROKEN, as expected: this is the code that `./aftercommit demo` is the answer to.");
    out.flush();
  }

  private static void line(PrintWriter out, String title, String text) {
    out.printf("  %-15s %s%n", title, text);
  }

  private static void judge(PrintWriter out, long damage, String what, String why) {
    out.printf("  %s %,d %s%n      %s%n", damage == 0 ? "✔" : "✘", damage, what, why);
  }
}

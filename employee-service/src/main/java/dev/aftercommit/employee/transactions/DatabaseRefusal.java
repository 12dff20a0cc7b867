package dev.aftercommit.employee.transactions;

import dev.aftercommit.employee.problem.Problems;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Reads from an exception what PostgreSQL refused, by SQLSTATE and constraint name. */
public final class DatabaseRefusal {

  private static final int MAX_DEPTH = 20;
  private static final Set<String> CONFLICTS = Set.of("40001", "40P01");
  private static final Set<String> WAITED_TOO_LONG = Set.of("55P03", "57014");
  private static final Set<String> UNAVAILABLE_CLASSES = Set.of("08", "53", "57");
  private static final Set<String> DATA_CLASSES = Set.of("22", "23");

  private DatabaseRefusal() {}

  /** Whether this is a deadlock or serialization failure, which another attempt may survive. */
  public static boolean isConflict(Throwable thrown) {
    SQLException refusal = find(thrown);
    return refusal != null && CONFLICTS.contains(stateOf(refusal));
  }

  /** Whether the data of the statement was at fault, so that the same data will fail again. */
  public static boolean isAboutData(Throwable thrown) {
    SQLException refusal = find(thrown);
    return refusal != null && DATA_CLASSES.contains(classOf(stateOf(refusal)));
  }

  /** The problem that tells the caller what was refused, or the exception itself if none does. */
  static Exception explain(Exception thrown) {
    SQLException refusal = find(thrown);
    if (refusal == null) {
      return thrown;
    }
    String state = stateOf(refusal);
    return switch (constraintOf(refusal)) {
      case "department_name_unique" -> Problems.departmentNameTaken();
      case "employee_department_exists" -> Problems.departmentNotFound();
      case "employee_salary_range" -> Problems.salaryOutOfRange();
      case "employee_frozen" -> Problems.employeeFrozen();
      default -> explain(state, thrown);
    };
  }

  private static Exception explain(String state, Exception thrown) {
    if (state.equals("22003")) { // numeric value out of range
      return Problems.salaryOutOfRange();
    }
    if (CONFLICTS.contains(state) || WAITED_TOO_LONG.contains(state)) {
      return Problems.contention();
    }
    // no state: the pool gave up waiting for a free connection
    if (state.isEmpty() || UNAVAILABLE_CLASSES.contains(classOf(state))) {
      return Problems.databaseUnavailable();
    }
    return thrown;
  }

  private static @Nullable SQLException find(Throwable thrown) {
    Throwable cause = thrown;
    for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++) {
      // a batch says that one of its entries was refused, its cause says what was
      if (cause instanceof SQLException refusal && !isBatchWithCause(refusal)) {
        return refusal;
      }
      cause = cause.getCause();
    }
    return null;
  }

  private static boolean isBatchWithCause(SQLException refusal) {
    return refusal instanceof BatchUpdateException && refusal.getCause() != null;
  }

  private static String stateOf(SQLException refusal) {
    String state = refusal.getSQLState();
    return state == null ? "" : state;
  }

  private static String classOf(String state) {
    return state.length() < 2 ? "" : state.substring(0, 2);
  }

  private static String constraintOf(SQLException refusal) {
    ServerErrorMessage message =
        refusal instanceof PSQLException postgres ? postgres.getServerErrorMessage() : null;
    String constraint = message == null ? null : message.getConstraint();
    return constraint == null ? "" : constraint;
  }
}

package dev.aftercommit.employee.transactions;

import dev.aftercommit.employee.problem.Problems;
import dev.aftercommit.resilience.DatabaseFailure;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Reads from an exception what PostgreSQL refused, by SQLSTATE and constraint name. */
public final class DatabaseRefusal {

  /** Syntax error or access rule violation: a defect of this service or its installation. */
  private static final String DEFECT_CLASS = "42";

  private DatabaseRefusal() {}

  /** Whether this is a deadlock or serialization failure, which another attempt may survive. */
  public static boolean isConflict(Throwable thrown) {
    return isA(DatabaseFailure.CONFLICT, thrown);
  }

  /** Whether the data of the statement was at fault, so that the same data will fail again. */
  public static boolean isAboutData(Throwable thrown) {
    return isA(DatabaseFailure.DATA, thrown);
  }

  /**
   * The failure in its chain, if it tells that the database is away, full or read-only, also while
   * committing; else null.
   */
  static @Nullable SQLException unavailable(Throwable thrown) {
    SQLException failure = DatabaseFailure.find(thrown);
    return failure != null
            && DatabaseFailure.of(failure) == DatabaseFailure.UNAVAILABLE
            && !stateOf(failure).startsWith(DEFECT_CLASS)
        ? failure
        : null;
  }

  /** The problem that tells the caller what was refused, or the exception itself if none does. */
  static Exception explain(Exception thrown) {
    SQLException refusal = DatabaseFailure.find(thrown);
    if (refusal == null) {
      return thrown;
    }
    return switch (constraintOf(refusal)) {
      case "department_name_unique" -> Problems.departmentNameTaken();
      case "employee_department_exists" -> Problems.departmentNotFound();
      case "employee_salary_range" -> Problems.salaryOutOfRange();
      case "employee_frozen" -> Problems.employeeFrozen();
      default -> explain(refusal, thrown);
    };
  }

  private static Exception explain(SQLException refusal, Exception thrown) {
    if (stateOf(refusal).equals("22003")) { // numeric value out of range
      return Problems.salaryOutOfRange();
    }
    return switch (DatabaseFailure.of(refusal)) {
      case CONFLICT, CONTENTION -> Problems.contention();
      case UNAVAILABLE ->
          unavailable(refusal) == null ? thrown : Problems.databaseUnavailable(stateOf(refusal));
      case DATA -> thrown;
    };
  }

  private static boolean isA(DatabaseFailure kind, Throwable thrown) {
    SQLException failure = DatabaseFailure.find(thrown);
    return failure != null && DatabaseFailure.of(failure) == kind;
  }

  private static String stateOf(SQLException refusal) {
    String state = refusal.getSQLState();
    return state == null ? "" : state;
  }

  private static String constraintOf(SQLException refusal) {
    ServerErrorMessage message =
        refusal instanceof PSQLException postgres ? postgres.getServerErrorMessage() : null;
    String constraint = message == null ? null : message.getConstraint();
    return constraint == null ? "" : constraint;
  }
}

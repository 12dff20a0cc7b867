package dev.aftercommit.employee.problem;

import dev.aftercommit.problem.ProblemType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Every refusal of this service, in one place; the names are part of its contract. */
public final class Problems {

  private Problems() {}

  /** 404: no such employee, or one who has left. */
  public static Problem employeeNotFound(String id) {
    return new Problem(
        Status.NOT_FOUND,
        "employee-not-found",
        "no employee %s is employed here".formatted(id),
        Map.of("employee", id));
  }

  /** 404: what was given as an employee's id is none. */
  public static Problem employeeNotFound(String id, String reason) {
    return new Problem(Status.NOT_FOUND, "employee-not-found", reason, Map.of("employee", id));
  }

  /** 404: no such department, in the path or in the body. */
  public static Problem departmentNotFound(String id) {
    return new Problem(
        Status.NOT_FOUND,
        "department-not-found",
        "no department %s".formatted(id),
        Map.of("department", id));
  }

  /** 404: no such project. */
  public static Problem projectNotFound(String id) {
    return projectNotFound(id, "no project %s".formatted(id));
  }

  /** 404: what was given as a project's id is none. */
  public static Problem projectNotFound(String id, String reason) {
    return new Problem(Status.NOT_FOUND, "project-not-found", reason, Map.of("project", id));
  }

  /** 409: the department's budget would leave the range of amounts. */
  public static Problem budgetOutOfRange(String department) {
    return new Problem(
        Status.CONFLICT,
        "budget-out-of-range",
        "after that the budget of department %s would be above 999999999999.99"
            .formatted(department),
        Map.of());
  }

  /** 404: what was given as a department's id is none. */
  public static Problem departmentNotFound(String id, String reason) {
    return new Problem(Status.NOT_FOUND, "department-not-found", reason, Map.of("department", id));
  }

  /** 409: the salaries would exceed the department's budget. */
  public static Problem budgetExceeded(String department, BigDecimal budget, BigDecimal required) {
    return new Problem(
        Status.CONFLICT,
        "budget-exceeded",
        "department '%s' has a budget of %s; its salaries would be %s"
            .formatted(department, budget.toPlainString(), required.toPlainString()),
        Map.of("budget", budget, "required", required));
  }

  /** 409: another department has that name. */
  public static Problem departmentNameTaken() {
    return new Problem(
        Status.CONFLICT,
        "department-name-taken",
        "another department already has that name",
        Map.of());
  }

  /** 409: the raise would leave the range a salary can have. */
  public static Problem salaryOutOfRange() {
    return new Problem(
        Status.CONFLICT,
        "salary-out-of-range",
        "after that change the salary would be below 0 or above 999999999999.99",
        Map.of());
  }

  /** 423: nothing of this employee can be changed. */
  public static Problem employeeFrozen() {
    return new Problem(
        Locked.STATUS,
        "employee-frozen",
        "the employee is frozen: nothing can be changed before it is unfrozen",
        Map.of());
  }

  /** 423: somebody else is changing this employee, and the caller did not want to wait. */
  public static Problem employeeLocked(String id) {
    return Problem.comeBack(
        Locked.STATUS,
        "employee-locked",
        "employee %s is being changed at this moment, and wait=false was given".formatted(id),
        Map.of("employee", id));
  }

  /** 409: somebody else froze the employee before. */
  public static Problem alreadyFrozen(String id, Instant since) {
    return new Problem(
        Status.CONFLICT,
        "already-frozen",
        "employee %s is frozen since %s".formatted(id, since),
        Map.of("employee", id, "since", since));
  }

  /** 409: there is no freeze to end. */
  public static Problem notFrozen(String id) {
    return new Problem(
        Status.CONFLICT,
        "not-frozen",
        "employee %s is not frozen".formatted(id),
        Map.of("employee", id));
  }

  /** 404: no such payroll run. */
  public static Problem payrollRunNotFound(String id) {
    return payrollRunNotFound(id, "no payroll run %s".formatted(id));
  }

  /** 404: what was given as a payroll run's id is none. */
  public static Problem payrollRunNotFound(String id, String reason) {
    return new Problem(Status.NOT_FOUND, "payroll-run-not-found", reason, Map.of("run", id));
  }

  /** 412: {@code If-Match} names another version. */
  public static Problem versionMismatch(String expected, long actual) {
    return new Problem(
        Status.PRECONDITION_FAILED,
        "version-mismatch",
        "If-Match is %s and the current version is \"%d\": read again, then decide again"
            .formatted(expected, actual),
        Map.of("expected", expected, "actual", actual));
  }

  /** 400: a parameter outside its range, in the same shape as a violated constraint. */
  public static Problem invalidParameter(String in, String field, String message) {
    return new Problem(
        Status.BAD_REQUEST,
        ProblemType.VALIDATION_FAILED,
        field + " " + message,
        Map.of("violations", List.of(Map.of("field", field, "in", in, "message", message))));
  }

  /** 404: the body names a department that does not exist. */
  public static Problem departmentNotFound() {
    return new Problem(
        Status.NOT_FOUND,
        "department-not-found",
        "the department named in the request does not exist",
        Map.of());
  }

  /** 400: a header that cannot be understood. */
  public static Problem malformedHeader(String header, String expected, String found) {
    return new Problem(
        Status.BAD_REQUEST,
        ProblemType.MALFORMED_REQUEST,
        "%s must be %s, found: %s".formatted(header, expected, found),
        Map.of());
  }

  /** 400: a request that cannot be understood. */
  public static Problem malformedRequest(String detail) {
    return new Problem(Status.BAD_REQUEST, ProblemType.MALFORMED_REQUEST, detail, Map.of());
  }

  /** 409: the same command came twice at once, and the other one is not done yet. */
  public static Problem idempotencyKeyInUse(String key) {
    return Problem.comeBack(
        Status.CONFLICT,
        "idempotency-key-in-use",
        "a command with the key %s is being carried out; send this one again to get its answer"
            .formatted(key),
        Map.of());
  }

  /** 422: the key belongs to another request. */
  public static Problem idempotencyKeyReused(String key) {
    return new Problem(
        Response.status(422, "Unprocessable Content").build().getStatusInfo(),
        "idempotency-key-reused",
        "the key %s was used for a request with another method, path, query, If-Match or body; a new command needs a new key"
            .formatted(key),
        Map.of());
  }

  /** 503: lost against concurrent changes again and again, or waited too long for one of them. */
  public static Problem contention() {
    return new Problem(
        Status.SERVICE_UNAVAILABLE,
        "contention",
        "other changes of the same rows kept this one waiting; nothing was changed, send it again",
        Map.of());
  }

  /**
   * 503: the database is away, read-only, full, or has no connection to spare.
   *
   * @param state SQLSTATE; empty when no connection was free
   */
  public static Problem databaseUnavailable(String state) {
    return new Problem(
        Status.SERVICE_UNAVAILABLE,
        ProblemType.DATABASE_UNAVAILABLE,
        state.isEmpty()
            ? "no connection to the database was free in time; nothing was changed, send it again"
            : "the database failed with SQLSTATE %s; whether the change was made is unknown if it was being committed: send it again under the same Idempotency-Key"
                .formatted(state),
        Map.of());
  }
}

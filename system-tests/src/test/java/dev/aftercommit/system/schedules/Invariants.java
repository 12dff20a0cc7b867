package dev.aftercommit.system.schedules;

import java.util.Map;

/** What is true of the employee-service's tables, whatever was asked of it by whomever. */
final class Invariants {

  static final String DAYS_ADD_UP = "closed days and today add up to an employee's total change";

  /** By name, SQL that answers true. */
  static final Map<String, String> ALWAYS =
      Map.of(
          "a payroll is the sum of its salaries, and within its budget",
          """
          SELECT NOT EXISTS (SELECT FROM department WHERE payroll > budget OR payroll <>
            coalesce((SELECT sum(salary) FROM employee WHERE department_id = department.id), 0))
          """,
          "each version of an employee has one event",
          """
          SELECT count(*) = coalesce((SELECT sum(version + 1) FROM employee), 0)
          FROM outbox.event WHERE key LIKE 'employee/%'
          """,
          "an employee's events follow one another in the order of their positions",
          """
          SELECT NOT EXISTS (SELECT FROM (
            SELECT (convert_from(payload, 'UTF8')::json ->> 'version')::bigint AS version,
              row_number() OVER (PARTITION BY key ORDER BY position) - 1 AS place
            FROM outbox.event WHERE key LIKE 'employee/%') AS event WHERE version <> place)
          """,
          DAYS_ADD_UP,
          """
          SELECT NOT EXISTS (SELECT FROM employee_activity a
            WHERE total_change <> daily_change + coalesce((SELECT sum(change)
              FROM activity_history h WHERE h.employee_id = a.employee_id), 0))
          """);

  private Invariants() {}
}

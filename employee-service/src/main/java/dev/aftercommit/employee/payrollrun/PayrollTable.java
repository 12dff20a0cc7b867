package dev.aftercommit.employee.payrollrun;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** The statements of payroll runs, inside the caller's transaction where there is one. */
@ApplicationScoped
class PayrollTable {

  private static final String START =
      """
      WITH run AS (INSERT INTO payroll_run (id) VALUES (?) RETURNING id),
        slips AS (
          INSERT INTO payslip (run_id, employee_id)
          SELECT run.id, employee.id FROM run, employee WHERE department_id IS NOT NULL
          ORDER BY employee.id RETURNING 1)
      SELECT count(*) FROM slips
      """;

  private static final String SET_TOTAL = "UPDATE payroll_run SET total = ? WHERE id = ?";

  /** Takes what nobody else has taken; a claim lasts as long as the transaction. */
  static final String CLAIM =
      """
      SELECT employee_id FROM payslip WHERE run_id = ? AND amount IS NULL
      ORDER BY employee_id LIMIT ? FOR UPDATE SKIP LOCKED
      """;

  private static final String PAY =
      """
      UPDATE payslip SET amount = round(salary / 12, 2) FROM employee
      WHERE run_id = ? AND employee_id = ANY (?) AND employee.id = employee_id
        AND amount IS NULL
      """;

  // Without SKIP LOCKED: what another worker has claimed is not done before that worker commits.
  private static final String FINISH =
      """
      UPDATE payroll_run SET finished_at = now() WHERE id = ? AND finished_at IS NULL
        AND NOT EXISTS (SELECT FROM payslip WHERE run_id = payroll_run.id AND amount IS NULL)
      """;

  private static final String OPEN_RUNS =
      "SELECT id FROM payroll_run WHERE finished_at IS NULL ORDER BY id";

  private static final String READ =
      """
      SELECT total, started_at, finished_at, CASE WHEN finished_at IS NULL THEN
        (SELECT count(*) FROM payslip WHERE run_id = payroll_run.id AND amount IS NULL) ELSE 0 END
      FROM payroll_run WHERE id = ?
      """;

  /** Within the limit of a transaction; the socket's limit is behind it. */
  private static final String LONGER = "SET LOCAL statement_timeout = '25s'";

  private static final int LONGER_SOCKET_MILLIS = 27_000;

  private final DataSource dataSource;

  @Inject
  PayrollTable(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * Starts a run of this key over everybody who is employed now: one row each in one statement,
   * which may take longer than any other.
   */
  void start(long run) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      int usual = connection.getNetworkTimeout();
      connection.setNetworkTimeout(Runnable::run, LONGER_SOCKET_MILLIS);
      try {
        start(connection, run);
      } finally {
        connection.setNetworkTimeout(Runnable::run, usual);
      }
    }
  }

  private static void start(Connection connection, long run) throws SQLException {
    try (Statement longer = connection.createStatement()) {
      longer.execute(LONGER);
    }
    try (PreparedStatement start = connection.prepareStatement(START)) {
      start.setLong(1, run);
      try (ResultSet row = start.executeQuery();
          PreparedStatement total = connection.prepareStatement(SET_TOTAL)) {
        row.next();
        total.setLong(1, row.getLong(1));
        total.setLong(2, run);
        total.executeUpdate();
      }
    }
  }

  /** Claims employees until the transaction ends; empty when all that is left is claimed. */
  List<Long> claim(long run, int limit) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement claim = connection.prepareStatement(CLAIM)) {
      claim.setLong(1, run);
      claim.setInt(2, limit);
      return ids(claim);
    }
  }

  /** Writes the payslips of claimed employees. */
  int pay(long run, List<Long> employees) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement pay = connection.prepareStatement(PAY)) {
      pay.setLong(1, run);
      pay.setArray(2, connection.createArrayOf("bigint", employees.toArray()));
      return pay.executeUpdate();
    }
  }

  /** Finishes the run if every payslip is written, also those that others are writing. */
  boolean finish(long run) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement finish = connection.prepareStatement(FINISH)) {
      finish.setLong(1, run);
      return finish.executeUpdate() == 1;
    }
  }

  List<Long> openRuns() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(OPEN_RUNS)) {
      return ids(select);
    }
  }

  Optional<PayrollRun> find(long run, String token) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(READ)) {
      select.setLong(1, run);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(read(token, row)) : Optional.empty();
      }
    }
  }

  private static PayrollRun read(String token, ResultSet row) throws SQLException {
    OffsetDateTime finishedAt = row.getObject(3, OffsetDateTime.class);
    return PayrollRun.of(
        token,
        row.getLong(1),
        row.getLong(4),
        row.getObject(2, OffsetDateTime.class).toInstant(),
        finishedAt == null ? null : finishedAt.toInstant());
  }

  private static List<Long> ids(PreparedStatement select) throws SQLException {
    try (ResultSet rows = select.executeQuery()) {
      List<Long> ids = new ArrayList<>();
      while (rows.next()) {
        ids.add(rows.getLong(1));
      }
      return ids;
    }
  }
}

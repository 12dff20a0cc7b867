package dev.aftercommit.employee.payrollrun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aftercommit.employee.ids.PublicIds;
import dev.aftercommit.employee.testing.Api;
import dev.aftercommit.employee.testing.Api.Answer;
import dev.aftercommit.employee.testing.Database;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** Everybody is paid once, by whichever worker; "claimed by another" is not "nothing left". */
@QuarkusTest
class PayrollRunTest {

  private static final Duration PATIENCE = Duration.ofSeconds(25);

  @Inject Api api;
  @Inject Database database;
  @Inject PayrollBatches batches;
  @Inject PayrollTable table;
  @Inject PayrollWorkers workers;
  @Inject PublicIds ids;

  @ConfigProperty(name = "quarkus.datasource.jdbc.url")
  String url;

  @ConfigProperty(name = "quarkus.datasource.username")
  String user;

  private String first;

  @BeforeEach
  void employees() {
    String department = api.department("1000000");
    first = api.employee(department, "12000");
    for (int i = 0; i < 5; i++) {
      api.employee(department, "24000.06");
    }
  }

  @Test
  void everybodyIsPaidOnce() {
    Answer started = api.post("/payroll-runs", "");
    assertThat(started.status()).isEqualTo(202);
    String path = "/payroll-runs/" + started.id();
    assertThat(started.header("Location")).endsWith(path);

    await()
        .atMost(PATIENCE)
        .until(() -> api.get(path).body().get("state").asText().equals("FINISHED"));

    Answer finished = api.get(path);
    long run = ids.run(started.id());
    long employed =
        database.number("SELECT count(*) FROM employee WHERE department_id IS NOT NULL");
    assertThat(finished.body().get("total").asLong()).isEqualTo(employed);
    assertThat(finished.body().get("paid").asLong()).isEqualTo(employed);
    assertThat(
            database.number(
                "SELECT count(*) FROM payslip WHERE run_id = ? AND amount IS NOT NULL", run))
        .isEqualTo(employed);
    assertThat(amount(run, ids.employee(first))).isEqualTo("1000.00");
  }

  @Test
  void whatAnotherWorkerHasClaimedKeepsTheRunOpen() throws Exception {
    long run = start();
    try (Connection other = connect()) {
      long claimed = claim(other, run);

      workers.work(run);

      assertThat(batches.work(run, 100)).as("nothing can be claimed").isZero();
      PayrollRun open = table.find(run, "").orElseThrow();
      assertThat(open.state()).isEqualTo(PayrollRun.State.RUNNING);
      assertThat(open.paid()).isEqualTo(open.total() - 1);
      assertThat(table.finish(run)).isFalse();
      pay(other, run, claimed, "1.23");
      other.commit();
      workers.work(run);
      assertThat(amount(run, claimed)).as("paid by the other worker, once").isEqualTo("1.23");
    }
    assertThat(table.find(run, "").orElseThrow().state()).isEqualTo(PayrollRun.State.FINISHED);
  }

  @Test
  void theClaimOfAKilledWorkerReturns() throws Exception {
    long run = start();
    Connection killed = connect();
    long claimed = claim(killed, run);
    pay(killed, run, claimed, "9.99");
    workers.work(run);
    assertThat(table.find(run, "").orElseThrow().state()).isEqualTo(PayrollRun.State.RUNNING);

    kill(killed);
    await().atMost(PATIENCE).until(() -> batches.work(run, 100) == 1);
    workers.work(run);

    assertThat(table.find(run, "").orElseThrow().state()).isEqualTo(PayrollRun.State.FINISHED);
    assertThat(amount(run, claimed)).isNotEqualTo("9.99");
  }

  @Test
  void aRunKeepsNoRaiseWaiting() throws Exception {
    long run = start();
    try (Connection worker = connect()) {
      claim(worker, run);

      assertThat(api.post("/employees/" + first + "/raise", "{\"amount\":1}").status())
          .isEqualTo(200);
      worker.rollback();
    }
    workers.work(run);
  }

  @Test
  void thereIsNoOtherRun() {
    assertThat(api.get("/payroll-runs/999999999").problem())
        .isEqualTo("urn:aftercommit:problem:payroll-run-not-found");
    assertThat(api.get("/payroll-runs/last").status()).isEqualTo(404);
  }

  private long start() throws SQLException {
    long run = ids.next();
    batches.start(run);
    return run;
  }

  /** What another instance's worker does, on a connection that the test controls. */
  private static long claim(Connection worker, long run) throws SQLException {
    try (PreparedStatement claim = worker.prepareStatement(PayrollTable.CLAIM)) {
      claim.setLong(1, run);
      claim.setInt(2, 1);
      try (ResultSet row = claim.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private static void pay(Connection worker, long run, long employee, String amount)
      throws SQLException {
    try (PreparedStatement pay =
        worker.prepareStatement(
            "UPDATE payslip SET amount = ?::numeric WHERE run_id = ? AND employee_id = ?")) {
      pay.setString(1, amount);
      pay.setLong(2, run);
      pay.setLong(3, employee);
      assertThat(pay.executeUpdate()).isEqualTo(1);
    }
  }

  private void kill(Connection worker) throws SQLException {
    int pid = worker.unwrap(PGConnection.class).getBackendPID();
    assertThat(
            database.number("SELECT count(*) FROM (SELECT pg_terminate_backend(?)) AS killed", pid))
        .isEqualTo(1);
  }

  private String amount(long run, long employee) {
    return database
        .decimal("SELECT amount FROM payslip WHERE run_id = ? AND employee_id = ?", run, employee)
        .toPlainString();
  }

  private Connection connect() throws SQLException {
    Connection connection = DriverManager.getConnection(url, user, user);
    connection.setAutoCommit(false);
    return connection;
  }
}

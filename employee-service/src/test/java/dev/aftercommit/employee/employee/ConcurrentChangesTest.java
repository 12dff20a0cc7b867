package dev.aftercommit.employee.employee;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.employee.http.IfMatch;
import dev.aftercommit.employee.testing.Api;
import dev.aftercommit.employee.testing.Api.Answer;
import dev.aftercommit.employee.testing.Counters;
import dev.aftercommit.employee.testing.Database;
import dev.aftercommit.employee.testing.Database.HeldLock;
import dev.aftercommit.events.Event;
import dev.aftercommit.stack.testing.SharedServers;
import io.quarkus.arc.Arc;
import io.quarkus.arc.ManagedContext;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Interleavings that break the obvious code, forced: a row is held on another connection until the
 * transactions under test are proven to wait for it, or for each other.
 */
@QuarkusTest
class ConcurrentChangesTest {

  @Inject Api api;
  @Inject Database database;
  @Inject Counters counters;
  @Inject SalaryService salaries;

  @ConfigProperty(name = "quarkus.datasource.jdbc.url")
  String url;

  @AfterEach
  void everyPayrollIsTheSumOfItsSalaries() {
    assertThat(database.wrongPayrolls()).isZero();
  }

  @Test
  void ofTwoRaisesThatOnlyFitTheBudgetAloneTheSecondWaitsAndIsRefused() throws Exception {
    String department = api.department("10500");
    String first = api.employee(department, "5000");
    String second = api.employee(department, "5000");
    CountDownLatch raised = new CountDownLatch(1);
    CountDownLatch commit = new CountDownLatch(1);
    CompletableFuture<Void> open =
        CompletableFuture.runAsync(() -> raiseAndWait(first, "400", raised, commit));
    assertThat(raised.await(25, TimeUnit.SECONDS)).isTrue();

    CompletableFuture<Answer> other = raise(second, "{\"amount\":400}");
    database.awaitWaiting(1);
    assertThat(other).isNotDone();
    commit.countDown();
    open.join();

    Answer refused = other.join();
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.problem()).isEqualTo("urn:aftercommit:problem:budget-exceeded");
    assertThat(refused.body().get("budget").decimalValue()).isEqualByComparingTo("10500");
    assertThat(refused.body().get("required").decimalValue()).isEqualByComparingTo("10800");
    assertThat(payroll(department)).isEqualByComparingTo("10400");
    assertThat(database.events("employee/" + second)).hasSize(1);
  }

  @Test
  void aRaiseThatWaitsForRoomIsDoneWhenTheOtherOneRollsBack() throws Exception {
    String department = api.department("10500");
    String first = api.employee(department, "5000");
    String second = api.employee(department, "5000");
    CountDownLatch raised = new CountDownLatch(1);
    CountDownLatch rollBack = new CountDownLatch(1);
    CompletableFuture<Void> open =
        CompletableFuture.runAsync(
            () ->
                inRequest(
                    () ->
                        QuarkusTransaction.requiringNew()
                            .run(
                                () -> {
                                  raiseHere(first, "400");
                                  raised.countDown();
                                  awaitUninterrupted(rollBack);
                                  QuarkusTransaction.rollback();
                                })));
    assertThat(raised.await(25, TimeUnit.SECONDS)).isTrue();

    CompletableFuture<Answer> other = raise(second, "{\"amount\":400}");
    database.awaitWaiting(1);
    rollBack.countDown();
    open.handle((done, failed) -> null).join();

    assertThat(other.join().status()).isEqualTo(200);
    assertThat(payroll(department)).isEqualByComparingTo("10400");
    assertThat(database.events("employee/" + first)).hasSize(1);
  }

  @Test
  void twoRaisesOfOneEmployeeAtOnceBothCount() throws Exception {
    String department = api.department("100000");
    String id = api.employee(department, "1000");
    List<CompletableFuture<Answer>> raises;
    try (HeldLock _ = database.hold("employee", id)) {
      raises = List.of(raise(id, "{\"percent\":10}"), raise(id, "{\"amount\":100}"));
      database.awaitWaiting(2);
    }

    assertThat(raises).allSatisfy(raise -> assertThat(raise.join().status()).isEqualTo(200));
    BigDecimal salary = salary(id);
    assertThat(salary).isIn(new BigDecimal("1200.00"), new BigDecimal("1210.00"));
    assertThat(database.events("employee/" + id))
        .extracting(Event::version)
        .containsExactly(0L, 1L, 2L);
  }

  @Test
  void ofTwoChangesOfTheSameVersionOneIsRefused() throws Exception {
    String id = api.employee(api.department("100000"), "1000");
    List<CompletableFuture<Answer>> changes;
    try (HeldLock _ = database.hold("employee", id)) {
      changes =
          List.of(
              api.putLater(
                  "/employees/" + id + "/salary", "{\"salary\":1100}", "If-Match", "\"0\""),
              api.putLater(
                  "/employees/" + id + "/salary", "{\"salary\":1200}", "If-Match", "\"0\""));
      database.awaitWaiting(2);
    }

    assertThat(changes)
        .extracting(change -> change.join().status())
        .containsExactlyInAnyOrder(200, 412);
    assertThat(database.events("employee/" + id)).hasSize(2);
  }

  @Test
  void transfersInOppositeDirectionsAtOnceDoNotDeadlock() throws Exception {
    String left = api.department("100000");
    String right = api.department("100000");
    String goesRight = api.employee(left, "1000");
    String goesLeft = api.employee(right, "2000");
    double retries = counters.retries();
    List<CompletableFuture<Answer>> transfers;
    try (HeldLock _ = database.hold("department", left)) {
      transfers = List.of(transfer(goesLeft, left), transfer(goesRight, right));
      database.awaitWaiting(2);
    }

    assertThat(transfers).allSatisfy(t -> assertThat(t.join().status()).isEqualTo(200));
    assertThat(counters.retries()).as("no deadlock, not even a hidden one").isEqualTo(retries);
    assertThat(payroll(left)).isEqualByComparingTo("2000");
    assertThat(payroll(right)).isEqualByComparingTo("1000");
  }

  @Test
  void anEmployeeTransferredTwiceAtOnceWorksInOneDepartment() throws Exception {
    String from = api.department("100000");
    String one = api.department("100000");
    String other = api.department("100000");
    String id = api.employee(from, "1000");
    List<CompletableFuture<Answer>> transfers;
    try (HeldLock _ = database.hold("employee", id)) {
      transfers = List.of(transfer(id, one), transfer(id, other));
      database.awaitWaiting(2);
    }

    assertThat(transfers).allSatisfy(t -> assertThat(t.join().status()).isEqualTo(200));
    assertThat(payroll(from)).isZero();
    assertThat(payroll(one).add(payroll(other))).isEqualByComparingTo("1000");
    assertThat(database.events("employee/" + id)).hasSize(3);
  }

  @Test
  void aTransferAndALeaveAtOnceEndInOneOfBothOrders() throws Exception {
    String from = api.department("100000");
    String to = api.department("100000");
    String id = api.employee(from, "1000");
    CompletableFuture<Answer> transfer;
    CompletableFuture<Answer> leave;
    try (HeldLock _ = database.hold("employee", id)) {
      transfer = transfer(id, to);
      leave = CompletableFuture.supplyAsync(() -> api.delete("/employees/" + id));
      database.awaitWaiting(2);
    }

    assertThat(leave.join().status()).isEqualTo(204);
    assertThat(transfer.join().status()).isIn(200, 404);
    assertThat(payroll(from)).isZero();
    assertThat(payroll(to)).isZero();
  }

  @Test
  void hiresAtOnceNeverExceedTheBudget() throws Exception {
    String department = api.department("7000");
    List<CompletableFuture<Answer>> hires;
    try (HeldLock _ = database.hold("department", department)) {
      hires = IntStream.range(0, 12).mapToObj(i -> api.hireLater(department, "1000")).toList();
      database.awaitWaiting(12);
    }

    assertThat(hires.stream().filter(hire -> hire.join().status() == 201)).hasSize(7);
    assertThat(hires.stream().filter(hire -> hire.join().status() == 409)).hasSize(5);
    assertThat(payroll(department)).isEqualByComparingTo("7000");
  }

  @Test
  void aBudgetCannotBeLoweredUnderARaiseThatIsBeingCommitted() throws Exception {
    String department = api.department("10000");
    String id = api.employee(department, "5000");
    CountDownLatch raised = new CountDownLatch(1);
    CountDownLatch commit = new CountDownLatch(1);
    CompletableFuture<Void> open =
        CompletableFuture.runAsync(() -> raiseAndWait(id, "1000", raised, commit));
    assertThat(raised.await(25, TimeUnit.SECONDS)).isTrue();

    CompletableFuture<Answer> lowered =
        api.putLater(
            "/departments/" + department,
            "{\"name\":\"%s\",\"budget\":5500}".formatted(Api.unique("Lowered")));
    database.awaitWaiting(1);
    commit.countDown();
    open.join();

    assertThat(lowered.join().status()).isEqualTo(409);
    assertThat(lowered.join().body().get("required").decimalValue()).isEqualByComparingTo("6000");
  }

  @Test
  void aTransactionThatIsTheVictimOfADeadlockIsRepeated() throws Exception {
    String department = api.department("100000");
    String id = api.employee(department, "1000");
    double retries = counters.retries();
    Connection patient = SharedServers.get().postgres().connectAsSuperuser(databaseName());
    try (Statement statement = patient.createStatement()) {
      statement.execute("SET deadlock_timeout = '60s'"); // so that the service finds the deadlock
    }
    CompletableFuture<Answer> raise;
    try (HeldLock held = database.hold(patient, "department", department)) {
      raise = raise(id, "{\"amount\":100}");
      database.awaitWaiting(1);
      held.alsoTake("employee", id);
    }

    assertThat(raise.join().status()).isEqualTo(200);
    assertThat(salary(id)).isEqualByComparingTo("1100");
    assertThat(database.events("employee/" + id)).hasSize(2);
    assertThat(counters.retries() - retries).isGreaterThanOrEqualTo(1);
  }

  private String databaseName() {
    return url.replaceAll("^.*/([^/?]+)(\\?.*)?$", "$1");
  }

  private void raiseAndWait(
      String id, String amount, CountDownLatch raised, CountDownLatch commit) {
    inRequest(
        () ->
            QuarkusTransaction.requiringNew()
                .run(
                    () -> {
                      raiseHere(id, amount);
                      raised.countDown();
                      awaitUninterrupted(commit);
                    }));
  }

  private void raiseHere(String id, String amount) {
    salaries.raise(
        Database.key(id), new Requests.Raise(new BigDecimal(amount), null), IfMatch.parse(null));
  }

  private static void inRequest(Runnable task) {
    ManagedContext request = Arc.container().requestContext();
    request.activate();
    try {
      task.run();
    } finally {
      request.terminate();
    }
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      assertThat(latch.await(25, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private CompletableFuture<Answer> raise(String id, String json) {
    return api.postLater("/employees/" + id + "/raise", json);
  }

  private CompletableFuture<Answer> transfer(String id, String department) {
    return api.postLater(
        "/employees/" + id + "/transfer", "{\"department\":\"%s\"}".formatted(department));
  }

  private BigDecimal payroll(String department) {
    return database.decimal(
        "SELECT payroll FROM department WHERE id = ?", Database.key(department));
  }

  private BigDecimal salary(String id) {
    return database.decimal("SELECT salary FROM employee WHERE id = ?", Database.key(id));
  }
}

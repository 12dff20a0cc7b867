package dev.aftercommit.employee.department;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.employee.testing.Api;
import dev.aftercommit.employee.testing.Api.Answer;
import dev.aftercommit.employee.testing.Counters;
import dev.aftercommit.employee.testing.Database;
import dev.aftercommit.employee.testing.Database.HeldLock;
import dev.aftercommit.events.DepartmentChanged;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The sum of the budgets stays, salaries stay covered, and nobody deadlocks. */
@QuarkusTest
class BudgetTransferTest {

  @Inject Api api;
  @Inject Database database;
  @Inject Counters counters;

  @AfterEach
  void everyPayrollIsTheSumOfItsSalaries() {
    assertThat(database.wrongPayrolls()).isZero();
  }

  @Test
  void bothDepartmentsChangeWithOneEventEach() {
    String giver = api.department("10000");
    String receiver = api.department("500.50");

    Answer done = transfer(giver, receiver, "2500.25").join();

    assertThat(done.status()).isEqualTo(200);
    assertThat(done.header("ETag")).isEqualTo("\"1\"");
    assertThat(done.header("Consistency-Token")).isNotNull();
    assertThat(done.body().get("from")).isEqualTo(api.get("/departments/" + giver).body());
    assertThat(done.body().get("to")).isEqualTo(api.get("/departments/" + receiver).body());
    assertThat(budget(giver)).isEqualByComparingTo("7499.75");
    assertThat(budget(receiver)).isEqualByComparingTo("3000.75");
    assertThat(lastEvent(giver).budget()).isEqualByComparingTo("7499.75");
    assertThat(lastEvent(receiver).budget()).isEqualByComparingTo("3000.75");
    assertThat(database.events("department/" + giver)).hasSize(2);
    assertThat(database.events("department/" + receiver)).hasSize(2);
  }

  @Test
  void whatTheSalariesNeedCannotBeGivenAway() {
    String giver = api.department("10000");
    String receiver = api.department("0");
    api.employee(giver, "9000");

    Answer refused = transfer(giver, receiver, "1000.01").join();

    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.problem()).isEqualTo("urn:aftercommit:problem:budget-exceeded");
    assertThat(refused.body().get("budget").decimalValue()).isEqualByComparingTo("8999.99");
    assertThat(refused.body().get("required").decimalValue()).isEqualByComparingTo("9000");
    assertThat(budget(giver)).isEqualByComparingTo("10000");
    assertThat(budget(receiver)).isZero();
    assertThat(database.events("department/" + giver)).hasSize(1);
    assertThat(transfer(giver, receiver, "1000").join().status()).isEqualTo(200);
  }

  @Test
  void transfersInOppositeDirectionsAtOnceBothHappenWithoutADeadlock() throws Exception {
    String left = api.department("1000");
    String right = api.department("1000");
    double retries = counters.retries();
    List<CompletableFuture<Answer>> transfers;
    try (HeldLock _ = database.hold("department", left)) {
      transfers = List.of(transfer(right, left, "300"), transfer(left, right, "100"));
      database.awaitWaiting(2);
    }

    assertThat(transfers).allSatisfy(t -> assertThat(t.join().status()).isEqualTo(200));
    assertThat(counters.retries()).as("no deadlock, not even a hidden one").isEqualTo(retries);
    assertThat(budget(left)).isEqualByComparingTo("1200");
    assertThat(budget(right)).isEqualByComparingTo("800");
  }

  @Test
  void ofTwoTransfersThatOnlyFitAloneOneIsRefused() throws Exception {
    String giver = api.department("1000");
    String one = api.department("0");
    String other = api.department("0");
    List<CompletableFuture<Answer>> transfers;
    try (HeldLock _ = database.hold("department", giver)) {
      transfers = List.of(transfer(giver, one, "600"), transfer(giver, other, "600"));
      database.awaitWaiting(2);
    }

    assertThat(transfers).extracting(t -> t.join().status()).containsExactlyInAnyOrder(200, 409);
    assertThat(budget(giver).add(budget(one)).add(budget(other))).isEqualByComparingTo("1000");
    assertThat(budget(giver)).isEqualByComparingTo("400");
  }

  @Test
  void aRaiseAndATransferThatEachFitAloneNeverBothCommit() throws Exception {
    String giver = api.department("1000");
    String receiver = api.department("0");
    String employee = api.employee(giver, "500");
    CompletableFuture<Answer> raise;
    CompletableFuture<Answer> transfer;
    try (HeldLock _ = database.hold("department", giver)) {
      raise = api.postLater("/employees/" + employee + "/raise", "{\"amount\":400}");
      database.awaitWaiting(1);
      transfer = transfer(giver, receiver, "400");
      database.awaitWaiting(2);
    }

    assertThat(List.of(raise.join().status(), transfer.join().status()))
        .containsExactlyInAnyOrder(200, 409);
    assertThat(payroll(giver)).isLessThanOrEqualTo(budget(giver));
    assertThat(budget(giver).add(budget(receiver))).isEqualByComparingTo("1000");
  }

  @Test
  void aTransferThatIsBeingCommittedBindsTheRaiseThatWaitsForIt() throws Exception {
    String giver = api.department("1000");
    String receiver = api.department("0");
    String employee = api.employee(giver, "500");
    CompletableFuture<Answer> raise;
    CompletableFuture<Answer> transfer;
    // ids ascend: the transfer has locked the giver and waits for the receiver
    try (HeldLock _ = database.hold("department", receiver)) {
      transfer = transfer(giver, receiver, "400");
      database.awaitWaiting(1);
      raise = api.postLater("/employees/" + employee + "/raise", "{\"amount\":400}");
      database.awaitWaiting(2);
    }

    assertThat(transfer.join().status()).isEqualTo(200);
    assertThat(raise.join().status()).isEqualTo(409);
    assertThat(raise.join().body().get("budget").decimalValue()).isEqualByComparingTo("600");
    assertThat(payroll(giver)).isEqualByComparingTo("500");
  }

  @Test
  void anotherVersionOfTheGiverIsRefused() {
    String giver = api.department("1000");
    String receiver = api.department("0");

    Answer refused =
        api.post(
            "/departments/" + giver + "/budget-transfers",
            body(receiver, "1"),
            "If-Match",
            "\"7\"");

    assertThat(refused.status()).isEqualTo(412);
    assertThat(budget(giver)).isEqualByComparingTo("1000");
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    String giver = api.department("1000");
    String full = api.department("999999999999.99");

    assertThat(transfer(giver, giver, "1").join().problem()).endsWith(":validation-failed");
    assertThat(transfer(giver, full, "0").join().problem()).endsWith(":validation-failed");
    assertThat(transfer(giver, full, "-1").join().problem()).endsWith(":validation-failed");
    assertThat(transfer(giver, full, "0.001").join().problem()).endsWith(":validation-failed");
    assertThat(transfer(giver, full, "1").join().problem()).endsWith(":budget-out-of-range");
    assertThat(transfer(giver, "999999999", "1").join().problem())
        .endsWith(":department-not-found");
    assertThat(transfer("999999999", giver, "1").join().problem())
        .endsWith(":department-not-found");
    assertThat(budget(giver)).isEqualByComparingTo("1000");
  }

  private CompletableFuture<Answer> transfer(String from, String to, String amount) {
    return api.postLater("/departments/" + from + "/budget-transfers", body(to, amount));
  }

  private static String body(String to, String amount) {
    return "{\"to\":\"%s\",\"amount\":%s}".formatted(to, amount);
  }

  private DepartmentChanged lastEvent(String department) {
    return (DepartmentChanged) database.events("department/" + department).getLast();
  }

  private BigDecimal budget(String department) {
    return database.decimal("SELECT budget FROM department WHERE id = ?", Database.key(department));
  }

  private BigDecimal payroll(String department) {
    return database.decimal(
        "SELECT payroll FROM department WHERE id = ?", Database.key(department));
  }
}

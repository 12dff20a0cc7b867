package dev.aftercommit.employee.transactions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aftercommit.employee.testing.Api;
import dev.aftercommit.employee.testing.Api.Answer;
import dev.aftercommit.employee.testing.Database;
import dev.aftercommit.employee.testing.Database.HeldLock;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A row or key that somebody holds costs those who want it, and nobody else. */
@QuarkusTest
@TestProfile(HotRowTest.FewPlaces.class)
class HotRowTest {

  private static final int REQUESTS = 40;
  private static final int PER_ROW = 4;
  private static final int PER_DEPARTMENT = 12;
  private static final String PROBLEM = "urn:aftercommit:problem:";

  /** The bounds of production; waits for locks last as long as the test holds them. */
  public static final class FewPlaces implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "aftercommit.bulkhead.per-row", Integer.toString(PER_ROW),
          "aftercommit.bulkhead.per-department", Integer.toString(PER_DEPARTMENT),
          "aftercommit.bulkhead.max-wait", "500ms");
    }
  }

  @Inject Api api;
  @Inject Database database;

  private String department;
  private String hot;
  private String other;

  @BeforeEach
  void employees() {
    department = api.department("1000000");
    hot = api.employee(department, "1000");
    other = api.employee(api.department("1000000"), "1000");
  }

  @Test
  void anEmployeeWhoseRowIsHeldLeavesThePoolToTheOthers() throws Exception {
    List<CompletableFuture<Answer>> changes;
    try (HeldLock _ = database.hold("employee", hot)) {
      changes = atOnce(i -> raise(hot));
      database.awaitWaiting(PER_ROW);

      assertThatOthersAreServed();
      assertThatAllButThoseAtTheRowAreRefused(changes, PER_ROW, 503, "contention");
    }
    assertThatAnswered(changes, PER_ROW);
    assertThat(api.get("/employees/" + hot).body().get("salary").intValue())
        .isEqualTo(1000 + PER_ROW);
  }

  @Test
  void aDepartmentWhoseRowIsHeldLeavesThePoolToTheOthers() throws Exception {
    List<String> staff =
        IntStream.range(0, REQUESTS).mapToObj(i -> api.employee(department, "1000")).toList();
    List<CompletableFuture<Answer>> changes;
    try (HeldLock _ = database.holdStrongly("department", department)) {
      changes = atOnce(i -> i % 2 == 0 ? raise(staff.get(i)) : api.hireLater(department, "1"));
      database.awaitWaiting(PER_DEPARTMENT);

      assertThatOthersAreServed();
      assertThatAllButThoseAtTheRowAreRefused(changes, PER_DEPARTMENT, 503, "contention");
    }
    assertThatAnswered(changes, PER_DEPARTMENT);
    assertThat(database.wrongPayrolls()).isZero();
  }

  @Test
  void doublesOfOneKeyLeaveThePoolToTheOthers() throws Exception {
    String key = "\"%s\"".formatted(Api.unique("double"));
    List<CompletableFuture<Answer>> doubles;
    try (HeldLock _ = database.hold("employee", hot)) {
      doubles = atOnce(i -> raise(hot, "Idempotency-Key", key));
      database.awaitWaiting(PER_ROW);

      assertThatOthersAreServed();
      assertThatAllButThoseAtTheRowAreRefused(doubles, PER_ROW, 409, "idempotency-key-in-use");
    }
    assertThatAnswered(doubles, PER_ROW);
    assertThat(api.get("/employees/" + hot).body().get("salary").intValue()).isEqualTo(1001);
  }

  @Test
  void manyAtOneRowThatNobodyHoldsAllSucceed() {
    List<Answer> answers = atOnce(i -> raise(hot)).stream().map(CompletableFuture::join).toList();

    long succeeded = answers.stream().filter(answer -> answer.status() == 200).count();
    assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isIn(200, 503));
    assertThat(api.get("/employees/" + hot).body().get("salary").longValue())
        .isEqualTo(1000 + succeeded);
    assertThat(raise(hot).join().status()).as("no place is lost").isEqualTo(200);
  }

  private void assertThatOthersAreServed() {
    for (int i = 0; i < 3; i++) {
      assertThat(raise(other).join().status()).isEqualTo(200);
      assertThat(api.get("/departments/" + department).status()).isEqualTo(200);
      assertThat(api.get("/employees?department=" + department).status()).isEqualTo(200);
    }
  }

  /** Also while the row is still held. */
  private static void assertThatAllButThoseAtTheRowAreRefused(
      List<CompletableFuture<Answer>> requests, int atTheRow, int status, String problem) {
    List<Answer> refused = refused(requests, REQUESTS - atTheRow);
    assertThat(refused)
        .allSatisfy(
            answer -> {
              assertThat(answer.status()).isEqualTo(status);
              assertThat(answer.problem()).isEqualTo(PROBLEM + problem);
              assertThat(answer.header("Retry-After")).isEqualTo("1");
            });
  }

  private static List<Answer> refused(List<CompletableFuture<Answer>> requests, int count) {
    await()
        .atMost(Duration.ofSeconds(25))
        .until(() -> requests.stream().filter(CompletableFuture::isDone).count() == count);
    return requests.stream()
        .filter(CompletableFuture::isDone)
        .map(CompletableFuture::join)
        .toList();
  }

  private static void assertThatAnswered(List<CompletableFuture<Answer>> requests, int succeeded) {
    assertThat(requests.stream().map(CompletableFuture::join))
        .filteredOn(answer -> answer.status() < 300)
        .hasSize(succeeded);
  }

  private CompletableFuture<Answer> raise(String employee, String... headers) {
    return api.postLater("/employees/" + employee + "/raise", "{\"amount\":1}", headers);
  }

  private static List<CompletableFuture<Answer>> atOnce(
      IntFunction<CompletableFuture<Answer>> request) {
    return IntStream.range(0, REQUESTS).mapToObj(request).toList();
  }
}

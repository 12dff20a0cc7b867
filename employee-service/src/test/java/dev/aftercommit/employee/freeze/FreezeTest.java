package dev.aftercommit.employee.freeze;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.employee.testing.Api;
import dev.aftercommit.employee.testing.Api.Answer;
import dev.aftercommit.employee.testing.Database;
import dev.aftercommit.employee.testing.Database.HeldLock;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A freeze happens once, and then nothing changes. */
@QuarkusTest
class FreezeTest {

  private static final String PROBLEM = "urn:aftercommit:problem:";
  private static final int AT_ONCE = 8;

  @Inject Api api;
  @Inject Database database;

  private String department;
  private String path;
  private String id;

  @BeforeEach
  void anEmployee() {
    department = api.department("100000");
    id = api.employee(department, "1000");
    path = "/employees/" + id;
  }

  @Test
  void ofManyFreezesAtOnceOneSucceeds() throws Exception {
    assertThatOneOf(atOnce("/freeze"), "already-frozen");
    assertThat(api.get(path + "/freeze").body().get("frozen").asBoolean()).isTrue();

    assertThatOneOf(atOnce("/unfreeze"), "not-frozen");
    assertThat(api.get(path + "/freeze").body().get("frozen").asBoolean()).isFalse();
  }

  @Test
  void aFrozenEmployeeRefusesEveryChange() {
    api.post(path + "/freeze", "");

    List<Answer> refused =
        List.of(
            api.put(path, "{\"name\":\"B\"}"),
            api.put(path + "/salary", "{\"salary\":2000}"),
            api.post(path + "/raise", "{\"amount\":1}"),
            api.post(path + "/raise", "{\"percent\":1}"),
            api.post(
                path + "/transfer", "{\"department\":\"%s\"}".formatted(api.department("5000"))),
            api.delete(path));

    assertThat(refused)
        .allSatisfy(
            answer -> {
              assertThat(answer.status()).isEqualTo(423);
              assertThat(answer.problem()).isEqualTo(PROBLEM + "employee-frozen");
            });
    assertThat(api.get(path).version()).isZero();
    assertThat(database.events("employee/" + id)).hasSize(1);
    assertThat(database.wrongPayrolls()).isZero();
    api.post(path + "/unfreeze", "");
    assertThat(api.post(path + "/raise", "{\"amount\":1}").status()).isEqualTo(200);
  }

  @Test
  void anImportRejectsTheRowOfAFrozenEmployeeAndImportsTheOthers() {
    String key = Api.unique("key");
    String other = Api.unique("key");
    String row =
        "{\"line\":%d,\"key\":\"%s\",\"employee\":\"Ann\",\"department\":\"Frozen\",\"salary\":\"%s\"}\n";
    api.importRows(row.formatted(1, key, "1000") + row.formatted(2, other, "1000"));
    String frozen = database.imported(key);
    api.post("/employees/" + frozen + "/freeze", "");

    Answer report = api.importRows(row.formatted(1, key, "1") + row.formatted(2, other, "2"));

    assertThat(report.body().get("changed").asInt()).isEqualTo(1);
    assertThat(report.body().get("rejected")).hasSize(1);
    assertThat(report.body().get("rejected").get(0).get("line").asInt()).isEqualTo(1);
    assertThat(report.body().get("rejected").get(0).get("reason").asText()).contains("frozen");
  }

  @Test
  void aRaiseAndAFreezeAtOnceEndInOneOfBothOrders() throws Exception {
    CompletableFuture<Answer> freeze;
    CompletableFuture<Answer> raise;
    try (HeldLock _ = database.hold("employee", id)) {
      freeze = api.postLater(path + "/freeze", "");
      database.awaitWaiting(1);
      raise = api.postLater(path + "/raise", "{\"amount\":1}");
      database.awaitWaiting(2);
    }

    assertThat(freeze.join().status()).isEqualTo(200);
    // the database lets them in one after the other; if the raise overtook, it was before the
    // freeze
    assertThat(raise.join().status()).isIn(200, 423);
    assertThat(api.get(path + "/freeze").body().get("frozen").asBoolean()).isTrue();
    assertThat(api.get(path).version()).isEqualTo(raise.join().status() == 200 ? 1 : 0);
  }

  @Test
  void whoeverDoesNotWaitIsToldToComeBack() throws Exception {
    try (HeldLock _ = database.hold("employee", id)) {
      Answer locked = api.post(path + "/freeze?wait=false", "");

      assertThat(locked.status()).isEqualTo(423);
      assertThat(locked.problem()).isEqualTo(PROBLEM + "employee-locked");
      assertThat(locked.header("Retry-After")).isEqualTo("1");
      assertThat(api.post(path + "/unfreeze?wait=false", "").status()).isEqualTo(423);
    }
    assertThat(api.post(path + "/freeze?wait=false", "").status()).isEqualTo(200);
    assertThat(api.post(path + "/freeze?wait=maybe", "").status()).isEqualTo(400);
  }

  @Test
  void nobodyElseIsFrozen() {
    String other = api.employee(department, "1000");
    api.post(path + "/freeze", "");

    assertThat(api.post("/employees/" + other + "/raise", "{\"amount\":1}").status())
        .isEqualTo(200);
  }

  @Test
  void whoeverIsNotEmployedCannotBeFrozen() {
    api.delete(path);

    assertThat(api.post(path + "/freeze", "").status()).isEqualTo(404);
    assertThat(api.post("/employees/nobody/freeze", "").status()).isEqualTo(404);
    assertThat(api.get(path + "/freeze").status()).isEqualTo(404);
  }

  private List<Answer> atOnce(String operation) throws Exception {
    List<CompletableFuture<Answer>> answers;
    try (HeldLock _ = database.hold("employee", id)) {
      answers =
          IntStream.range(0, AT_ONCE).mapToObj(i -> api.postLater(path + operation, "")).toList();
      database.awaitWaiting(AT_ONCE);
    }
    return answers.stream().map(CompletableFuture::join).toList();
  }

  private static void assertThatOneOf(List<Answer> answers, String refusal) {
    assertThat(answers.stream().filter(answer -> answer.status() == 200)).hasSize(1);
    assertThat(answers.stream().filter(answer -> answer.status() != 200))
        .hasSize(AT_ONCE - 1)
        .allSatisfy(
            answer -> {
              assertThat(answer.status()).isEqualTo(409);
              assertThat(answer.problem()).isEqualTo(PROBLEM + refusal);
            });
  }
}

package dev.aftercommit.employee.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.employee.testing.Api;
import dev.aftercommit.employee.testing.Api.Answer;
import dev.aftercommit.employee.testing.Counters;
import dev.aftercommit.employee.testing.Database;
import dev.aftercommit.employee.testing.Database.HeldLock;
import dev.aftercommit.stack.testing.SharedServers;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One key: one effect, one event, one answer; also when both requests are there at once. */
@QuarkusTest
class RepeatedCommandsTest {

  @Inject Api api;
  @Inject Database database;
  @Inject Counters counters;

  @ConfigProperty(name = "quarkus.datasource.jdbc.url")
  String url;

  @Test
  void aRepeatedHireHiresOnceAndGetsTheFirstAnswer() {
    String department = api.department("100000");
    String key = key();

    Answer first = hire(department, "1000", key);
    Answer again = hire(department, "1000", key);

    assertThat(first.status()).isEqualTo(201);
    assertThat(first.header("Idempotency-Replayed")).isNull();
    assertThatIsReplayOf(first, again);
    assertThat(again.header("Location")).isNotNull().isEqualTo(first.header("Location"));
    assertThat(again.header("ETag")).isEqualTo("\"0\"");
    assertThat(database.events("employee/" + first.id())).hasSize(1);
    assertThat(payroll(department)).isEqualByComparingTo("1000");
  }

  @Test
  void anAnswerToAKeyLooksLikeOneWithoutAKey() {
    String department = api.department("100000");

    Answer with = hire(department, "1000.50", key());
    Answer without = api.hireLater(department, "1000.50").join();

    assertThat(with.response().body().replaceAll("\"id\":\"[^\"]*\"", ""))
        .isEqualTo(without.response().body().replaceAll("\"id\":\"[^\"]*\"", ""));
    assertThat(with.header("Content-Type")).isEqualTo(without.header("Content-Type"));
    assertThat(with.response().headers().map().keySet())
        .isEqualTo(without.response().headers().map().keySet());
  }

  @Test
  void aRepeatedRaiseIsRefusedNeitherByIfMatchNorCountedTwice() {
    String id = api.employee(api.department("100000"), "1000");
    String key = key();
    double committed = counters.committed();

    Answer first = raise(id, "100", "Idempotency-Key", key, "If-Match", "\"0\"");
    Answer again = raise(id, "100", "Idempotency-Key", key, "If-Match", "\"0\"");

    assertThat(first.status()).isEqualTo(200);
    assertThatIsReplayOf(first, again);
    assertThat(salary(id)).isEqualByComparingTo("1100");
    assertThat(counters.committed() - committed).isEqualTo(1);
  }

  @Test
  void aRepeatedLeaveIsAnsweredWithoutABody() {
    String id = api.employee(api.department("100000"), "1000");
    String key = key();

    Answer first = api.delete("/employees/" + id, "Idempotency-Key", key);
    Answer again = api.delete("/employees/" + id, "Idempotency-Key", key);

    assertThat(first.status()).isEqualTo(204);
    assertThatIsReplayOf(first, again);
    assertThat(api.delete("/employees/" + id).status()).isEqualTo(404);
  }

  @Test
  void aKeyWithAndWithoutQuotesIsTheSame() {
    String department = api.department("100000");
    String key = key();

    Answer first = hire(department, "1000", key);
    Answer again = hire(department, "1000", key.replace("\"", ""));

    assertThatIsReplayOf(first, again);
  }

  @Test
  void ofTwoAtOnceTheSecondWaitsAndGetsTheFirstAnswer() throws Exception {
    String id = api.employee(api.department("100000"), "1000");
    String key = key();
    CompletableFuture<Answer> first;
    CompletableFuture<Answer> second;
    try (HeldLock _ = database.hold("employee", id)) {
      first = raiseLater(id, "100", key);
      database.awaitWaiting(1);
      second = raiseLater(id, "100", key);
      database.awaitWaiting(2);
      assertThat(first).isNotDone();
      assertThat(second).isNotDone();
    }

    assertThat(first.join().status()).isEqualTo(200);
    assertThatIsReplayOf(first.join(), second.join());
    assertThat(salary(id)).isEqualByComparingTo("1100");
    assertThat(database.events("employee/" + id)).hasSize(2);
  }

  @Test
  void theSecondOfTwoAtOnceIsCarriedOutWhenTheFirstIsRefused() throws Exception {
    String department = api.department("1050");
    String id = api.employee(department, "1000");
    String key = key();
    CompletableFuture<Answer> first;
    CompletableFuture<Answer> second;
    try (Connection room = open()) {
      room.setAutoCommit(false);
      try (Statement statement = room.createStatement()) {
        statement.execute(
            "SELECT 1 FROM employee WHERE id = %d FOR UPDATE".formatted(Database.key(id)));
        first = raiseLater(id, "100", key);
        database.awaitWaiting(1);
        second = raiseLater(id, "100", key);
        database.awaitWaiting(2);
      }
      room.rollback();
    }

    assertThat(List.of(first.join(), second.join()))
        .allSatisfy(
            refused ->
                assertThat(refused.problem()).isEqualTo("urn:aftercommit:problem:budget-exceeded"));
    assertThat(entries(key)).isZero();
  }

  @Test
  void aRefusedCommandLeavesNoKeyAndSucceedsWhenThereIsRoom() {
    String department = api.department("1050");
    String id = api.employee(department, "1000");
    String key = key();

    Answer refused = raise(id, "100", "Idempotency-Key", key);

    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.problem()).isEqualTo("urn:aftercommit:problem:budget-exceeded");
    assertThat(entries(key)).isZero();
    assertThat(database.events("employee/" + id)).hasSize(1);

    api.put(
        "/departments/" + department,
        "{\"name\":\"%s\",\"budget\":2000}".formatted(Api.unique("Richer")));
    Answer done = raise(id, "100", "Idempotency-Key", key);

    assertThat(done.status()).isEqualTo(200);
    assertThat(done.header("Idempotency-Replayed")).isNull();
    assertThat(entries(key)).isEqualTo(1);
    assertThat(salary(id)).isEqualByComparingTo("1100");
  }

  @Test
  void anInvalidCommandLeavesNoKey() {
    String id = api.employee(api.department("1000"), "1");
    String key = key();

    Answer invalid =
        api.put("/employees/" + id + "/salary", "{\"salary\":-1}", "Idempotency-Key", key);
    Answer unreadable = api.put("/employees/" + id + "/salary", "{", "Idempotency-Key", key);
    Answer valid =
        api.put("/employees/" + id + "/salary", "{\"salary\":2}", "Idempotency-Key", key);

    assertThat(invalid.problem()).isEqualTo("urn:aftercommit:problem:validation-failed");
    assertThat(unreadable.problem()).isEqualTo("urn:aftercommit:problem:malformed-request");
    assertThat(valid.status()).isEqualTo(200);
  }

  @Test
  void theSameKeyForAnotherRequestIsRefused() {
    String department = api.department("100000");
    String id = api.employee(department, "1000");
    String key = key();
    raise(id, "100", "Idempotency-Key", key);

    List<Answer> others =
        List.of(
            raise(id, "101", "Idempotency-Key", key),
            raise(id, "100", "Idempotency-Key", key, "If-Match", "\"0\""),
            api.post("/employees/" + id + "/raise?x=1", raiseBy("100"), "Idempotency-Key", key),
            hire(department, "1", key),
            api.delete("/employees/" + id, "Idempotency-Key", key));

    assertThat(others)
        .allSatisfy(
            other -> {
              assertThat(other.status()).isEqualTo(422);
              assertThat(other.problem())
                  .isEqualTo("urn:aftercommit:problem:idempotency-key-reused");
            });
    assertThat(salary(id)).isEqualByComparingTo("1100");
    assertThat(database.events("employee/" + id)).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\"", "\"open", "two words", "a,b", "\"a\", \"b\"", "\"\\x\"", "ä"})
  void aMalformedKeyIsRefused(String key) {
    String id = api.employee(api.department("1000"), "1");

    Answer refused = raise(id, "100", "Idempotency-Key", key);

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.problem()).isEqualTo("urn:aftercommit:problem:malformed-request");
    assertThat(database.events("employee/" + id)).hasSize(1);
  }

  @Test
  void aKeyOfMoreThan255CharactersIsRefused() {
    String id = api.employee(api.department("1000"), "1");
    String longest = UUID.randomUUID() + "x".repeat(255 - 36);

    assertThat(raise(id, "1", "Idempotency-Key", longest + "x").status()).isEqualTo(400);
    assertThat(raise(id, "1", "Idempotency-Key", longest).status()).isEqualTo(200);
  }

  @Test
  void aBodyWithoutEndIsNotReadToItsEnd() {
    Answer refused =
        api.post(
            "/departments",
            "{\"name\":\"A\",\"budget\":1,\"x\":[%s1]}".formatted("1,".repeat(1 << 20)),
            "Idempotency-Key",
            key());

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body().get("detail").asText()).contains("longer than any request");
  }

  @Test
  void aQueryIsNoCommandEvenWithAKey() {
    String id = api.employee(api.department("1000"), "1");
    String key = key();

    assertThat(api.get("/employees/" + id).status()).isEqualTo(200);
    for (String method : List.of("GET", "HEAD")) {
      Answer read = api.send(method, "/employees/" + id, null, "Idempotency-Key", key);
      assertThat(read.status()).as(method).isEqualTo(200);
    }
    assertThat(entries(key)).isZero();
  }

  @Test
  void aKeyedCommandThatIsTheVictimOfADeadlockIsRepeatedAsAWhole() throws Exception {
    String department = api.department("100000");
    String id = api.employee(department, "1000");
    String key = key();
    double retries = counters.retries();
    double committed = counters.committed();
    Connection patient = SharedServers.get().postgres().connectAsSuperuser(databaseName());
    try (Statement statement = patient.createStatement()) {
      statement.execute("SET deadlock_timeout = '60s'"); // so that the service finds the deadlock
    }
    CompletableFuture<Answer> raise;
    try (HeldLock held = database.hold(patient, "department", department)) {
      raise = raiseLater(id, "100", key);
      database.awaitWaiting(1);
      held.alsoTake("employee", id);
    }

    assertThat(raise.join().status()).isEqualTo(200);
    assertThat(salary(id)).isEqualByComparingTo("1100");
    assertThat(database.events("employee/" + id)).hasSize(2);
    assertThat(entries(key)).isEqualTo(1);
    assertThat(counters.retries() - retries).isGreaterThanOrEqualTo(1);
    assertThat(counters.committed() - committed).isEqualTo(1);
  }

  private static void assertThatIsReplayOf(Answer first, Answer again) {
    assertThat(again.status()).isEqualTo(first.status());
    assertThat(again.response().body()).isEqualTo(first.response().body());
    assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
    for (String header : List.of("ETag", "Location", "Consistency-Token", "Content-Type")) {
      assertThat(again.header(header)).as(header).isEqualTo(first.header(header));
    }
  }

  private Answer hire(String department, String salary, String key) {
    return api.post(
        "/employees",
        "{\"name\":\"Ann\",\"email\":\"ann@example.org\",\"department\":\"%s\",\"salary\":%s}"
            .formatted(department, salary),
        "Idempotency-Key",
        key);
  }

  private Answer raise(String id, String amount, String... headers) {
    return api.post("/employees/" + id + "/raise", raiseBy(amount), headers);
  }

  private CompletableFuture<Answer> raiseLater(String id, String amount, String key) {
    return api.postLater("/employees/" + id + "/raise", raiseBy(amount), "Idempotency-Key", key);
  }

  private static String raiseBy(String amount) {
    return "{\"amount\":%s}".formatted(amount);
  }

  private static String key() {
    return "\"" + UUID.randomUUID() + "\"";
  }

  private long entries(String key) {
    return database.number(
        "SELECT count(*) FROM idempotency_key WHERE key = ?", key.replace("\"", ""));
  }

  private Connection open() throws Exception {
    return SharedServers.get().postgres().connectAsSuperuser(databaseName());
  }

  private String databaseName() {
    return url.replaceAll("^.*/([^/?]+)(\\?.*)?$", "$1");
  }

  private BigDecimal payroll(String department) {
    return database.decimal(
        "SELECT payroll FROM department WHERE id = ?", Database.key(department));
  }

  private BigDecimal salary(String id) {
    return database.decimal("SELECT salary FROM employee WHERE id = ?", Database.key(id));
  }
}

package dev.aftercommit.employee.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aftercommit.employee.testing.Api;
import dev.aftercommit.employee.testing.Api.Answer;
import dev.aftercommit.employee.testing.CacheCounters;
import dev.aftercommit.employee.testing.Database;
import dev.aftercommit.employee.testing.Database.HeldLock;
import dev.aftercommit.stack.testing.SharedServers;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What clients read after changes of every kind, with Redis there and away. */
@QuarkusTest
class CachedReadsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Inject Api api;
  @Inject Database database;
  @Inject CacheCounters counters;
  @Inject ReadCaches caches;

  private String department;
  private String id;

  @BeforeEach
  void hire() {
    await().atMost(PATIENCE).until(caches::isTrusted);
    department = api.department("1000000");
    id = api.employee(department, "1000");
  }

  @Test
  void aSecondReadComesFromRedis() {
    double hits = counters.employees("hits");
    Answer first = read();
    Answer second = read();

    assertThat(second.response().body()).isEqualTo(first.response().body());
    assertThat(second.header("ETag")).isEqualTo("\"0\"");
    assertThat(counters.employees("hits") - hits).isEqualTo(1);
  }

  @Test
  void everyKindOfChangeIsReadAtOnce() {
    String other = api.department("1000000");
    read();
    api.put("/employees/" + id + "/salary", "{\"salary\":1100}");
    assertThat(read().body().get("salary").decimalValue()).isEqualByComparingTo("1100");
    api.post("/employees/" + id + "/raise", "{\"percent\":10}");
    assertThat(read().body().get("salary").decimalValue()).isEqualByComparingTo("1210");
    api.put("/employees/" + id, "{\"name\":\"Bea\"}");
    assertThat(read().body().get("name").asText()).isEqualTo("Bea");
    api.post("/employees/" + id + "/transfer", "{\"department\":\"%s\"}".formatted(other));
    assertThat(read().body().get("department").asText()).isEqualTo(other);
    api.delete("/employees/" + id);
    assertThat(read().status()).isEqualTo(404);
  }

  @Test
  void aChangeThatRollsBackLeavesNoTrace() {
    read();
    double invalidations = counters.employees("invalidations");
    double hits = counters.employees("hits");

    Answer refused = api.post("/employees/" + id + "/raise", "{\"amount\":2000000}");

    assertThat(refused.status()).isEqualTo(409);
    assertThat(read().version()).isZero();
    assertThat(counters.employees("invalidations")).isEqualTo(invalidations);
    assertThat(counters.employees("hits") - hits).as("the entry is still there").isEqualTo(1);
  }

  @Test
  void aReadDuringATransactionAnswersTheOldValueAndAfterItTheNewOne() throws Exception {
    read();
    CompletableFuture<Answer> raise;
    try (HeldLock _ = database.hold("department", department)) {
      raise = api.postLater("/employees/" + id + "/raise", "{\"amount\":1}");
      database.awaitWaiting(1);
      assertThat(read().version()).isZero();
    }

    assertThat(raise.join().status()).isEqualTo(200);
    assertThat(read().version()).isEqualTo(1);
  }

  @Test
  void aChangeDecidesByTheRowAndNotByTheCache() {
    read();
    database.update("UPDATE employee SET version = 7 WHERE id = ?", Database.key(id));

    assertThat(read().version()).as("nobody told the cache").isZero();
    assertThat(
            api.put("/employees/" + id + "/salary", "{\"salary\":1}", "If-Match", "\"0\"").status())
        .isEqualTo(412);
  }

  @Test
  void anImportOfFewRowsAndOneOfManyAreReadAtOnce() {
    for (int rows : new int[] {20, 150}) {
      double generations = counters.employees("generations");
      String key = Api.unique("Row");
      api.importRows(rows(key, rows, "1000"));
      String first = idOf(key + "#1");
      assertThat(salaryOf(first)).isEqualByComparingTo("1000");

      api.importRows(rows(key, rows, "2000"));

      assertThat(salaryOf(first)).isEqualByComparingTo("2000");
      assertThat(counters.employees("generations") - generations).isEqualTo(rows > 100 ? 2 : 0);
    }
  }

  @Test
  void withoutRedisEverythingWorksAndNothingOldIsReadWhenItIsBack() {
    read();
    double bypasses = counters.employees("bypasses");
    SharedServers.get().redis().stop();
    try {
      await().atMost(PATIENCE).until(() -> !caches.isTrusted());
      assertThat(read().version()).isZero();
      assertThat(api.post("/employees/" + id + "/raise", "{\"amount\":1}").status()).isEqualTo(200);
      assertThat(read().version()).isEqualTo(1);
      assertThat(counters.employees("bypasses") - bypasses).isEqualTo(2);
      assertThat(api.get("/q/health/ready").status()).isEqualTo(200);
    } finally {
      SharedServers.get().redis().start();
    }
    await().atMost(PATIENCE).until(caches::isTrusted);

    assertThat(read().version()).isEqualTo(1);
    assertThat(counters.employees("bypasses") - bypasses).isEqualTo(2);
  }

  private Answer read() {
    return api.get("/employees/" + id);
  }

  private BigDecimal salaryOf(String employee) {
    return api.get("/employees/" + employee).body().get("salary").decimalValue();
  }

  private String idOf(String key) {
    return database.imported(key);
  }

  private String rows(String key, int count, String salary) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(
            n ->
                """
                {"line":%d,"key":"%s#%d","employee":"E","department":"%s","salary":"%s"}
                """
                    .formatted(n, key, n, key, salary))
        .collect(Collectors.joining());
  }
}

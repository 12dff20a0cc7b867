package dev.aftercommit.employee.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.employee.testing.Api;
import dev.aftercommit.employee.testing.Api.Answer;
import dev.aftercommit.employee.testing.Database;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys go with their partition, and not before. */
@QuarkusTest
class ForgottenKeysTest {

  @Inject Api api;
  @Inject Database database;
  @Inject KeyParts parts;

  @ConfigProperty(name = "quarkus.datasource.jdbc.url")
  String url;

  @ConfigProperty(name = "quarkus.datasource.username")
  String user;

  private final String key = UUID.randomUUID().toString();

  @BeforeEach
  void emptyAllPartitions() throws Exception {
    sql("TRUNCATE idempotency_key");
  }

  @Test
  void afterTheExpiryThePartitionIsEmptiedAndTheSameKeyIsANewCommand() throws Exception {
    String id = api.employee(api.department("100000"), "1000");
    raise(id);
    age("24 hours");
    long part = database.number("SELECT part FROM idempotency_key");
    long storage = storageOf(part);

    parts.sweep();

    assertThat(database.number("SELECT count(*) FROM idempotency_key")).isZero();
    assertThat(storageOf(part)).isNotEqualTo(storage);
    assertThat(raise(id).header("Idempotency-Replayed")).isNull();
    assertThat(database.events("employee/" + id)).hasSize(3);
  }

  @Test
  void beforeTheExpiryAKeyIsKept() throws Exception {
    String id = api.employee(api.department("100000"), "1000");
    raise(id);
    age("23 hours 59 minutes");

    parts.sweep();

    assertThat(raise(id).header("Idempotency-Replayed")).isEqualTo("true");
  }

  @Test
  void aYoungKeyKeepsItsWholePartition() throws Exception {
    String id = api.employee(api.department("100000"), "1000");
    raise(id);
    age("40 hours");
    api.post("/departments", department(), "Idempotency-Key", UUID.randomUUID().toString());

    parts.sweep();

    assertThat(database.number("SELECT count(*) FROM idempotency_key")).isEqualTo(2);
  }

  @Test
  void aKeyIsFoundInWhateverPartitionItsDoubleWasStored() throws Exception {
    String id = api.employee(api.department("100000"), "1000");
    raise(id);
    for (int part = 0; part < KeyParts.COUNT; part++) {
      sql("UPDATE idempotency_key SET part = " + part);

      assertThat(raise(id).header("Idempotency-Replayed")).as("part %d", part).isEqualTo("true");
    }
    assertThat(database.events("employee/" + id)).hasSize(2);
  }

  @Test
  void aSweepGivesWayToACommandAtWorkAndTakesNoKeyWithIt() throws Exception {
    String id = api.employee(api.department("100000"), "1000");
    raise(id);
    age("24 hours");
    CompletableFuture<Answer> atWork;
    String other = api.employee(api.department("100000"), "1000");
    try (Database.HeldLock _ = database.hold("employee", other)) {
      atWork =
          api.postLater(
              "/employees/" + other + "/raise",
              "{\"amount\":1}",
              "Idempotency-Key",
              UUID.randomUUID().toString());
      database.awaitWaiting(1);

      parts.sweep();

      assertThat(database.number("SELECT count(*) FROM idempotency_key")).isEqualTo(1);
    }
    assertThat(atWork.join().status()).isEqualTo(200);
  }

  private Answer raise(String id) {
    return api.post("/employees/" + id + "/raise", "{\"amount\":100}", "Idempotency-Key", key);
  }

  private static String department() {
    return "{\"name\":\"%s\",\"budget\":1}".formatted(Api.unique("Young"));
  }

  private void age(String interval) throws Exception {
    sql("UPDATE idempotency_key SET created_at = created_at - interval '%s'".formatted(interval));
  }

  /** TRUNCATE gives a table new storage, DELETE does not. */
  private long storageOf(long part) {
    return database.number("SELECT pg_relation_filenode(?::regclass)", "idempotency_key_" + part);
  }

  private void sql(String statement) throws Exception {
    try (Connection connection = DriverManager.getConnection(url, user, user);
        Statement run = connection.createStatement()) {
      run.execute(statement);
    }
  }
}

package dev.aftercommit.employee.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.employee.testing.Api;
import dev.aftercommit.employee.testing.Api.Answer;
import dev.aftercommit.employee.testing.Database;
import dev.aftercommit.employee.testing.Database.HeldLock;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The second of two at once is told to come back, when the first takes too long. */
@QuarkusTest
@TestProfile(BoundedWaitTest.ShortWait.class)
class BoundedWaitTest {

  public static final class ShortWait implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("aftercommit.idempotency.max-wait", "200ms");
    }
  }

  @Inject Api api;
  @Inject Database database;

  @Test
  void beyondTheBoundTheSecondIsRefusedAndTheFirstGoesOnWaitingForItsRow() throws Exception {
    String id = api.employee(api.department("100000"), "1000");
    CompletableFuture<Answer> first;
    try (HeldLock _ = database.hold("employee", id)) {
      first = raise(id);
      database.awaitWaiting(1);

      Answer second = raise(id).join();

      assertThat(second.status()).isEqualTo(409);
      assertThat(second.problem()).isEqualTo("urn:aftercommit:problem:idempotency-key-in-use");
      assertThat(second.header("Retry-After")).isEqualTo("1");
      assertThat(first)
          .as("it has waited longer than the bound of the key, which is not that of a row")
          .isNotDone();
    }
    Answer third = raise(id).join();

    assertThat(first.join().status()).isEqualTo(200);
    assertThat(third.response().body()).isEqualTo(first.join().response().body());
    assertThat(third.header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(database.events("employee/" + id)).hasSize(2);
  }

  private CompletableFuture<Answer> raise(String id) {
    return api.postLater(
        "/employees/" + id + "/raise",
        "{\"amount\":100}",
        "Idempotency-Key",
        "\"raise " + id + "\"");
  }
}

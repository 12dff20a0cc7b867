package dev.aftercommit.aggregator.parked;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.aftercommit.aggregator.AggregatorTest;
import dev.aftercommit.aggregator.Broker;
import dev.aftercommit.aggregator.Events;
import dev.aftercommit.consumer.RawMessage;
import dev.aftercommit.topology.Topology;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the broker gives up on ends in the same list as what cannot be read. */
@QuarkusTest
@AggregatorTest
class DeadLetterTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  @Test
  void aMessageBeyondTheDeliveryLimitIsParkedWithItsReasonAndCanBeReplayed() throws IOException {
    RawMessage hired = Events.message(Events.employee("d1", "60", "100.00", 0));
    try (Broker broker = Broker.connect()) {
      broker.giveUpOn(hired);

      await().atMost(SOON).until(() -> parked().getList("").size() == 1);

      assertThat(parked().getString("eventId[0]")).isEqualTo(hired.eventId());
      assertThat(parked().getString("detail[0]")).contains("delivery_limit", "hopeless");
      given().get("/departments/60/average-salary").then().statusCode(404);
      given()
          .post("/parked/" + parked().getString("id[0]") + "/replay")
          .then()
          .body("outcome", equalTo("APPLIED"));
      given().get("/departments/60/average-salary").then().body("total", equalTo(100.00f));
      String deadLetters = Topology.deadLetterQueueOf(Topology.AGGREGATOR_QUEUE);
      await().atMost(SOON).until(() -> broker.channel().messageCount(deadLetters) == 0);
    }
    assertThat(given().get("/q/metrics").asString())
        .contains("consumer_messages_parked_total{reason=\"DEAD_LETTERED\"} 1.0");
  }

  private static JsonPath parked() {
    return given()
        .get("/parked")
        .jsonPath()
        .setRootPath("items.findAll { it.reason == 'DEAD_LETTERED' }");
  }
}

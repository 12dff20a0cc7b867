package dev.aftercommit.aggregator;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.aftercommit.consumer.RawMessage;
import dev.aftercommit.stack.testing.SharedServers;
import dev.aftercommit.topology.Topology;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From the broker to the answer, also when the broker goes away. */
@QuarkusTest
@AggregatorTest
class ConsumptionTest {

  private Broker broker;

  @BeforeEach
  void connect() {
    broker = Broker.connect();
  }

  @AfterEach
  void disconnect() {
    broker.close();
  }

  @Test
  void anAverageFollowsTheEvents() {
    broker.publish(Events.department("10", "Research", 0));
    broker.publish(Events.employee("1", "10", "4000.00", 0));
    broker.publish(Events.employee("2", "10", "5000.01", 0));
    await()
        .untilAsserted(
            () ->
                given()
                    .get("/departments/10/average-salary")
                    .then()
                    .statusCode(200)
                    .body("name", equalTo("Research"))
                    .body("headcount", equalTo(2))
                    .body("total", equalTo(9000.01f))
                    .body("average", equalTo(4500.01f)));
  }

  @Test
  void aDepartmentThatEverybodyLeftHasNoAverage() {
    broker.publish(Events.employee("3", "11", "4000.00", 0));
    awaitHeadcount("11", 1);
    broker.publish(Events.employee("3", null, "4000.00", 1));
    await()
        .untilAsserted(
            () ->
                given()
                    .get("/departments/averages")
                    .then()
                    .statusCode(200)
                    .body("departments.find { it.department == '11' }.headcount", equalTo(0))
                    .body("departments.find { it.department == '11' }.average", nullValue()));
  }

  @Test
  void poisonIsCountedByReasonAndTheMessagesBehindItFlowOn() {
    broker.publish(new RawMessage(null, Events.id(), "poison".getBytes(UTF_8), false));
    broker.publish(Events.employee("4", "12", "1.00", 0));
    awaitHeadcount("12", 1);
    given()
        .get("/q/metrics")
        .then()
        .body(containsString("consumer_messages_parked_total{reason=\"MISSING_TYPE\"} 1.0"))
        .body(containsString("consumer_lag_seconds_count"));
  }

  @Test
  void aLoadOfMessagesIsAppliedInBatches() {
    for (int i = 0; i < 3_000; i++) {
      broker.send(Events.message(Events.employee("load-" + i, "13", "1.00", 0)));
    }
    broker.confirm();
    awaitHeadcount("13", 3_000);
  }

  @Test
  void consumptionGoesOnByItselfAfterTheBrokerWasRestarted() {
    broker.publish(Events.employee("5", "14", "1.00", 0));
    awaitHeadcount("14", 1);
    broker.close();
    SharedServers.get().rabbitMq().restart();
    broker = Broker.connect();
    broker.publish(Events.employee("6", "14", "1.00", 0));
    awaitHeadcount("14", 2);
    assertNothingIsLeft();
  }

  @Test
  void aBrokerKilledUnderLoadLosesAndRepeatsNothing() {
    for (int i = 0; i < 5_000; i++) {
      broker.send(Events.message(Events.employee("kill-" + i, "15", "1.00", 0)));
    }
    broker.confirm();
    SharedServers.get().rabbitMq().kill();
    SharedServers.get().rabbitMq().start();
    broker = Broker.connect();
    awaitHeadcount("15", 5_000);
    assertNothingIsLeft();
  }

  @Test
  void aQueueThatWasDeletedIsDeclaredAndReadAgain() throws IOException {
    broker.channel().queueDelete(Topology.AGGREGATOR_QUEUE);
    await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .until(
            () -> {
              try (Broker probe = Broker.connect()) {
                return probe.channel().consumerCount(Topology.AGGREGATOR_QUEUE) == 1;
              }
            });
    broker.publish(Events.employee("7", "16", "1.00", 0));
    awaitHeadcount("16", 1);
  }

  private void assertNothingIsLeft() {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              assertThat(broker.channel().messageCount(Topology.AGGREGATOR_QUEUE)).isZero();
              assertThat(broker.channel().consumerCount(Topology.AGGREGATOR_QUEUE)).isEqualTo(1);
              // The broker knows of the consumer before the consumer knows that it has the broker.
              given().get("/q/health/ready").then().statusCode(200);
            });
    given().get("/q/health/live").then().statusCode(200);
  }

  private static void awaitHeadcount(String department, int headcount) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                given()
                    .get("/departments/" + department + "/average-salary")
                    .then()
                    .statusCode(200)
                    .body("headcount", equalTo(headcount)));
  }
}

package dev.aftercommit.aggregator;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aftercommit.consumer.RawMessage;
import dev.aftercommit.topology.Topology;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An event that never arrives is told, until it does. */
@QuarkusTest
@AggregatorTest
class LostEventTest {

  private static final Duration LONG = Duration.ofSeconds(60);

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
  void whoHasVersion3And5AndNot4SaysSoUntil4Arrives() {
    for (int version : new int[] {0, 1, 2, 3, 5}) {
      broker.publish(Events.employee("lost-1", "57", "1.00", version));
    }
    awaitTold("employee/lost-1 4");
    assertThat(metric("consumer_gaps")).isEqualTo("1.0");
    assertThat(metric("consumer_gap_versions")).isEqualTo("1.0");

    broker.publish(Events.employee("lost-1", "57", "1.00", 4));

    awaitAllArrived();
  }

  @Test
  void whatIsPublishedWhileTheQueueIsDeletedIsToldAndGoneWhenItIsPublishedAgain()
      throws IOException {
    broker.publish(Events.employee("lost-2", "51", "1.00", 0));
    // nobody can publish in the instant between the deletion and the new declaration on purpose
    broker.channel().queueUnbind(Topology.AGGREGATOR_QUEUE, Topology.EVENTS_EXCHANGE, "#");
    RawMessage lost = Events.message(Events.employee("lost-2", "51", "2.00", 1));
    broker.publish(lost);
    broker.channel().queueDelete(Topology.AGGREGATOR_QUEUE);
    await()
        .atMost(LONG)
        .ignoreExceptions()
        .until(
            () -> {
              try (Broker probe = Broker.connect()) {
                return probe.channel().consumerCount(Topology.AGGREGATOR_QUEUE) == 1;
              }
            });
    broker.publish(Events.employee("lost-2", "51", "3.00", 2));
    awaitTold("employee/lost-2 1");

    broker.publish(lost);

    awaitAllArrived();
  }

  private static void awaitTold(String gap) {
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(
                        given().get("/q/health/ready").then().statusCode(200).extract().asString())
                    .contains(gap));
  }

  private static void awaitAllArrived() {
    await().atMost(LONG).untilAsserted(() -> assertThat(metric("consumer_gaps")).isEqualTo("0.0"));
    assertThat(given().get("/q/health/ready").asString()).doesNotContain("lost-");
  }

  private static String metric(String name) {
    return given()
        .get("/q/metrics")
        .asString()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .map(line -> line.substring(name.length() + 1))
        .findFirst()
        .orElse("none");
  }
}

package dev.aftercommit.relay;

import static dev.aftercommit.relay.RelayClient.SOON;
import static dev.aftercommit.relay.RelayClient.awaitDrained;
import static dev.aftercommit.relay.RelayClient.awaitReady;
import static dev.aftercommit.relay.RelayClient.metric;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aftercommit.outbox.OutboxEvent;
import dev.aftercommit.topology.Topology;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A nack means "not now". */
@QuarkusTest
@QuarkusTestResource(OutboxSchemaResource.class)
class NackTest {

  private static final String FULL = "full-queue";

  @ConfigProperty(name = "test.service.url")
  String serviceUrl;

  private RelayClient client;

  @BeforeEach
  void connect() throws Exception {
    awaitReady();
    client = new RelayClient(serviceUrl);
  }

  @AfterEach
  void disconnect() throws Exception {
    client.channel.queueDelete(FULL);
    client.close();
  }

  @Test
  void eventsRefusedByAFullQueueWaitInOrderAndAreDeliveredOnceItIsGone() throws Exception {
    double retried = metric("outbox_nacked_total");
    client.bindFullQueue(FULL, "#");
    Map<String, List<String>> committed = new LinkedHashMap<>();
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      String key = "employee/" + i % 5;
      String id = client.commit(key, "employee.hired").id().toString();
      committed.computeIfAbsent(key, k -> new ArrayList<>()).add(id);
      all.add(id);
    }
    await().atMost(SOON).until(() -> metric("outbox_nacked_total") >= retried + 8);
    assertThat(RelayClient.outage("nacks")).contains("employee.hired", "nack");
    assertThat(metric("outbox_held_events")).isPositive();

    client.channel.queueDelete(FULL);

    List<String> received = client.receive(all);
    awaitDrained();
    assertThat(given().get("/relay/parked").jsonPath().getList("")).isEmpty();
    for (List<String> ofKey : committed.values()) {
      assertThat(received.stream().filter(ofKey::contains)).containsExactlyElementsOf(ofKey);
    }
    assertThat(RelayClient.outage("nacks")).isNull();
    assertThat(metric("outbox_held_events")).isZero();
  }

  @Test
  void keysForWhomTheBrokerConfirmsFlowOnWhileOthersAreRefused() throws Exception {
    double nacked = metric("outbox_nacked_total");
    client.bindFullQueue(FULL, "employee.hired");
    OutboxEvent refused = client.commit("employee/1", "employee.hired");
    await().atMost(SOON).until(() -> metric("outbox_nacked_total") > nacked);
    List<OutboxEvent> events = new ArrayList<>();
    for (int i = 0; i < 2_500; i++) { // more than may be unsettled at a time
      events.add(OutboxDatabase.event("employee/" + (2 + i % 50), "employee.left", "{}"));
    }
    List<String> others = client.commit(events);
    OutboxEvent behind = client.commit("employee/1", "employee.left");

    List<String> flowed = client.receive(others);

    assertThat(flowed).doesNotContain(behind.id().toString());
    assertThat(given().get("/relay/parked").jsonPath().getList("")).isEmpty();
    client.channel.queueDelete(FULL);
    client.receive(List.of(behind.id().toString()));
    awaitDrained();
    assertThat(RelayClient.outage("nacks")).isNull();
    assertThat(refused.key()).isEqualTo(behind.key());
  }

  @Test
  void aReplayThatIsRefusedForNowStaysAskedForAndIsDoneLater() throws Exception {
    client.channel.exchangeDelete(Topology.EVENTS_EXCHANGE);
    client.channel.exchangeDeclare(Topology.EVENTS_EXCHANGE, "topic", true);
    OutboxEvent parked = client.commit("employee/1", "employee.hired");
    await()
        .atMost(SOON)
        .until(() -> given().get("/relay/parked").jsonPath().getList("").size() == 1);
    String reason = given().get("/relay/parked").jsonPath().getString("[0].reason");
    client.bindFullQueue(FULL, "#");
    double nacked = metric("outbox_nacked_total");

    given().post("/relay/parked/replay").then().statusCode(200);
    await().atMost(SOON).until(() -> metric("outbox_nacked_total") >= nacked + 3);

    assertThat(client.count("SELECT count(*) FROM outbox.parked_event WHERE replay")).isOne();
    assertThat(given().get("/relay/parked").jsonPath().getString("[0].reason")).isEqualTo(reason);
    client.bindOwn();
    client.channel.queueDelete(FULL);
    client.receive(List.of(parked.id().toString()));
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> given().get("/relay/parked").jsonPath().getList("").isEmpty());
    assertThat(RelayClient.outage("parked")).isNull();
    Topology.declare(client.channel);
  }
}

package dev.aftercommit.relay;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import dev.aftercommit.outbox.Doorbell;
import dev.aftercommit.outbox.OutboxAppender;
import dev.aftercommit.outbox.OutboxConfig;
import dev.aftercommit.outbox.OutboxEvent;
import dev.aftercommit.stack.testing.SharedServers;
import dev.aftercommit.topology.Topology;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

@QuarkusTest
@QuarkusTestResource(OutboxSchemaResource.class)
class RelayTest {

  private static final String QUEUE = "relay-test";
  private static final Duration SOON = Duration.ofSeconds(20);

  @ConfigProperty(name = "test.service.url")
  String serviceUrl;

  private PGSimpleDataSource service;
  private Connection broker;
  private Channel channel;

  @BeforeEach
  void connect() throws Exception {
    service = new PGSimpleDataSource();
    service.setUrl(serviceUrl);
    service.setUser("employee_service");
    service.setPassword("employee_service");
    openBroker();
  }

  private void openBroker() throws Exception {
    broker = SharedServers.get().rabbitMq().connect();
    channel = broker.createChannel();
    channel.queueDeclare(QUEUE, true, false, false, null);
    channel.queueBind(QUEUE, Topology.EVENTS_EXCHANGE, "#");
    awaitDrained();
    channel.queuePurge(QUEUE);
  }

  @AfterEach
  void disconnect() throws Exception {
    broker.close();
  }

  @Test
  void aCommittedEventArrivesWithAllItsAttributesAndIsPersistent() throws Exception {
    OutboxEvent event = commit("employee/1", "employee.hired", "{\"some\":\"data\"}");

    GetResponse message = receive(1).getFirst();

    assertThat(new String(message.getBody(), StandardCharsets.UTF_8))
        .isEqualTo("{\"some\":\"data\"}");
    assertThat(message.getEnvelope().getRoutingKey()).isEqualTo("employee.hired");
    assertThat(message.getProps().getMessageId()).isEqualTo(event.id().toString());
    assertThat(message.getProps().getDeliveryMode()).isEqualTo(2);
    assertThat(message.getProps().getContentType()).isEqualTo("application/json");
    assertThat(message.getProps().getHeaders())
        .extractingByKeys(
            "cloudEvents:specversion",
            "cloudEvents:id",
            "cloudEvents:source",
            "cloudEvents:type",
            "cloudEvents:subject",
            "cloudEvents:time",
            "cloudEvents:dataschema",
            "cloudEvents:traceparent")
        .extracting(Object::toString)
        .containsExactly(
            "1.0",
            event.id().toString(),
            event.source(),
            event.type(),
            "employee/1",
            event.occurredAt().toString(),
            event.dataSchema(),
            event.traceParent());
  }

  @Test
  void aRolledBackEventIsNeverPublished() throws Exception {
    try (java.sql.Connection connection = service.getConnection()) {
      connection.setAutoCommit(false);
      OutboxAppender.append(connection, List.of(OutboxDatabase.event("employee/2", "never")));
      connection.rollback();
    }
    OutboxEvent next = commit("employee/2", "employee.left", "after");

    assertThat(ids(receive(1))).containsExactly(next.id().toString());
    awaitDrained();
    assertThat(channel.messageCount(QUEUE)).isZero();
  }

  @Test
  void aBellIsAnsweredLongBeforeTheNextPoll() throws Exception {
    try (Doorbell doorbell =
        new Doorbell(service, new OutboxConfig(Duration.ofMillis(5), Duration.ofMillis(10), 300))) {
      for (int i = 0; i < 20; i++) {
        long committed = System.nanoTime();
        commit("employee/3", "employee.hired", "ring " + i);
        doorbell.ring();
        receive(1);
        // Twenty in a row within a poll interval each: polling alone would need half of it on
        // average.
        assertThat(Duration.ofNanos(System.nanoTime() - committed))
            .isLessThan(Duration.ofSeconds(1));
      }
    }
  }

  @Test
  void anUnroutableEventIsParkedWithItsKeyWhileOthersFlowAndReplayKeepsTheOrder() throws Exception {
    unbindAll();
    channel.queueBind(QUEUE, Topology.EVENTS_EXCHANGE, "employee.hired");
    OutboxEvent unroutable = commit("employee/9", "employee.nobody-wants-this", "first");
    OutboxEvent behind = commit("employee/9", "employee.hired", "second");
    OutboxEvent other = commit("employee/10", "employee.hired", "other");

    assertThat(ids(receive(1))).containsExactly(other.id().toString());
    awaitDrained();
    JsonPath parked = given().get("/relay/parked").jsonPath();
    assertThat(parked.getList("eventId", String.class))
        .containsExactly(unroutable.id().toString(), behind.id().toString());
    assertThat(parked.getString("[0].reason")).contains("unroutable", "employee.nobody-wants-this");
    assertThat(parked.getString("[1].reason")).contains("behind");
    assertThat(channel.messageCount(QUEUE)).isZero();

    channel.queueBind(QUEUE, Topology.EVENTS_EXCHANGE, "#");
    given()
        .post("/relay/parked/" + parked.getLong("[0].position") + "/replay")
        .then()
        .statusCode(200)
        .body("asked", equalTo(2));

    assertThat(ids(receive(2))).containsExactly(unroutable.id().toString(), behind.id().toString());
    await().atMost(SOON).until(() -> given().get("/relay/parked").jsonPath().getList("").isEmpty());
    OutboxEvent later = commit("employee/9", "employee.hired", "third");
    assertThat(ids(receive(1))).containsExactly(later.id().toString());
    Topology.declare(channel);
  }

  @Test
  void aReplayThatIsRefusedAgainStaysParkedInOrder() throws Exception {
    unbindAll();
    OutboxEvent first = commit("employee/11", "employee.left", "first");
    OutboxEvent second = commit("employee/11", "employee.left", "second");
    await()
        .atMost(SOON)
        .until(() -> given().get("/relay/parked").jsonPath().getList("").size() == 2);

    given().post("/relay/parked/replay").then().statusCode(200);
    await()
        .atMost(SOON)
        .until(() -> count("SELECT count(*) FROM outbox.parked_event WHERE replay") == 0);
    assertThat(given().get("/relay/parked").jsonPath().getList("eventId", String.class))
        .containsExactly(first.id().toString(), second.id().toString());

    Topology.declare(channel);
    channel.queueBind(QUEUE, Topology.EVENTS_EXCHANGE, "#");
    given().post("/relay/parked/replay").then().statusCode(200);
    assertThat(ids(receive(2))).containsExactly(first.id().toString(), second.id().toString());
  }

  @Test
  void eventsOfOneKeyArriveInCommitOrderEachOnce() throws Exception {
    List<String> committed = new ArrayList<>();
    for (int i = 0; i < 700; i++) {
      committed.add(commit("employee/" + (i % 3), "employee.hired", "n " + i).id().toString());
    }

    List<String> received = ids(receive(700));

    assertThat(received).containsExactlyInAnyOrderElementsOf(committed);
    for (int key = 0; key < 3; key++) {
      int remainder = key;
      List<String> ofKey =
          committed.stream().filter(id -> committed.indexOf(id) % 3 == remainder).toList();
      assertThat(received).containsSubsequence(ofKey);
    }
  }

  @Test
  void aBrokerOutageDelaysEventsAndLosesNone() throws Exception {
    commit("employee/20", "employee.hired", "before");
    receive(1);
    awaitDrained();
    broker.abort();
    SharedServers.get().rabbitMq().stop();
    List<String> committed = new ArrayList<>();
    try {
      for (int i = 0; i < 50; i++) {
        committed.add(commit("employee/" + i, "employee.hired", "during").id().toString());
      }
      assertThat(given().get("/relay/backlog").jsonPath().getLong("pending")).isEqualTo(50);
    } finally {
      SharedServers.get().rabbitMq().start();
    }
    broker = SharedServers.get().rabbitMq().connect();
    channel = broker.createChannel();

    assertThat(ids(receive(50))).containsExactlyInAnyOrderElementsOf(committed);
    awaitDrained();
  }

  @Test
  void publishedEventsCanBePublishedAgainUnderTheirIds() throws Exception {
    OutboxEvent first = commit("employee/30", "employee.hired", "one");
    OutboxEvent second = commit("employee/31", "employee.hired", "two");
    receive(2);
    awaitDrained();

    given()
        .contentType("application/json")
        .body("{\"last\":2}")
        .post("/relay/republish")
        .then()
        .statusCode(200)
        .body("republished", equalTo(2));

    assertThat(ids(receive(2))).containsExactly(first.id().toString(), second.id().toString());
    given()
        .contentType("application/json")
        .body("{\"last\":0}")
        .post("/relay/republish")
        .then()
        .statusCode(400);
  }

  @Test
  void anIdleRelayMakesFewerThanTwoTransactionsPerSecond() throws Exception {
    awaitDrained();
    String sql =
        "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()";
    // A session that went idle hands in its statistics after up to 10 s (PGSTAT_IDLE_INTERVAL):
    // what
    // was done before must be in before, and what it hands in late must weigh little.
    pause(Duration.ofSeconds(11));
    long before = count(sql);
    long start = System.nanoTime();
    pause(Duration.ofSeconds(30));
    double seconds = (System.nanoTime() - start) / 1e9;

    assertThat((count(sql) - before - 3) / seconds).isLessThan(2);
  }

  @Test
  void metricsTellTheBacklogAndTheReadinessTheConnection() {
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(given().get("/q/metrics").asString())
                    .contains(
                        "outbox_backlog_events",
                        "outbox_backlog_oldest_seconds",
                        "outbox_parked_events",
                        "outbox_published_total")
                    .contains(
                        "outbox_shard_owned{shard=\"15\"} 1.0",
                        "outbox_shard_epoch{shard=\"0\"} 1.0"));
    given().get("/q/health/ready").then().statusCode(200);
  }

  private OutboxEvent commit(String key, String topic, String data) throws SQLException {
    OutboxEvent event = OutboxDatabase.event(key, topic, data);
    try (java.sql.Connection connection = service.getConnection()) {
      connection.setAutoCommit(false);
      OutboxAppender.append(connection, List.of(event));
      connection.commit();
    }
    return event;
  }

  private List<GetResponse> receive(int count) {
    List<GetResponse> received = new ArrayList<>();
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(2))
        .until(
            () -> {
              GetResponse message = channel.basicGet(QUEUE, true);
              while (message != null) {
                received.add(message);
                message = received.size() < count ? channel.basicGet(QUEUE, true) : null;
              }
              return received.size() >= count;
            });
    return received;
  }

  private static List<String> ids(List<GetResponse> messages) {
    return messages.stream().map(message -> message.getProps().getMessageId()).toList();
  }

  private void unbindAll() throws IOException {
    channel.queueUnbind(QUEUE, Topology.EVENTS_EXCHANGE, "#");
    for (String queue : Topology.queues()) {
      channel.queueUnbind(queue, Topology.EVENTS_EXCHANGE, "#");
    }
  }

  private static void pause(Duration duration) {
    await().pollDelay(duration).atMost(duration.plus(SOON)).until(() -> true);
  }

  private static void awaitDrained() {
    await()
        .atMost(SOON)
        .until(() -> given().get("/relay/backlog").jsonPath().getLong("pending") == 0);
  }

  private long count(String sql) throws SQLException {
    try (java.sql.Connection connection = service.getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}

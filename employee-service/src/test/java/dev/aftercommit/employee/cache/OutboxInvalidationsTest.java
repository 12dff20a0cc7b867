package dev.aftercommit.employee.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.MessageProperties;
import dev.aftercommit.employee.testing.Api;
import dev.aftercommit.employee.testing.Api.Answer;
import dev.aftercommit.employee.testing.CacheCounters;
import dev.aftercommit.employee.testing.Database;
import dev.aftercommit.events.CloudEvents;
import dev.aftercommit.events.EmployeeChanged;
import dev.aftercommit.events.EmployeeChanged.Change;
import dev.aftercommit.events.Event;
import dev.aftercommit.events.EventJson;
import dev.aftercommit.stack.servers.RedisServer;
import dev.aftercommit.stack.testing.ServersTestResource;
import dev.aftercommit.stack.testing.SharedServers;
import dev.aftercommit.topology.Topology;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an instance left undone that died between its commit and its invalidation. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersTestResource.class,
    initArgs = @ResourceArg(name = "rabbitmq", value = "true"),
    restrictToAnnotatedClass = true)
class OutboxInvalidationsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String DEAD_LETTERS = Topology.deadLetterQueueOf(Topology.CACHE_QUEUE);

  @Inject Api api;
  @Inject Database database;
  @Inject CacheCounters counters;
  @Inject ReadCaches caches;
  @Inject MeterRegistry meters;

  private Connection connection;
  private Channel channel;
  private String id;

  @BeforeEach
  void hire() throws Exception {
    connect();
    await().atMost(PATIENCE).until(caches::isTrusted);
    id = api.employee(api.department("1000000"), "1000");
  }

  private void connect() throws Exception {
    connection = SharedServers.get().rabbitMq().connect();
    channel = connection.createChannel();
    channel.confirmSelect();
  }

  @AfterEach
  void disconnect() {
    connection.abort();
  }

  @Test
  void aCommitWithoutInvalidationHealsWhenItsEventArrives() throws Exception {
    assertThat(version()).isZero();
    Event event = commitAndCrash();
    assertThat(version()).as("the invalidation was never sent").isZero();

    publish(event);

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(version()).isEqualTo(1));
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(waiting()).isZero());
  }

  @Test
  void anEventThatCannotBeReadDropsEverythingAndDoesNotBlockTheOnesBehindIt() throws Exception {
    assertThat(version()).isZero();
    double generations = counters.employees("generations");
    Event event = commitAndCrash();

    publish(Topology.CACHE_QUEUE, "no.such.type", "nonsense".getBytes(StandardCharsets.UTF_8));

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(version()).isEqualTo(1));
    assertThat(counters.employees("generations") - generations).isEqualTo(1);
    publish(event);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(waiting()).isZero());
  }

  @Test
  void anEventThatTheBrokerGaveUpOnStillInvalidates() throws Exception {
    assertThat(version()).isZero();
    Event event = commitAndCrash();

    publish(DEAD_LETTERS, event.type().ceType(), EventJson.write(event));

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(version()).isEqualTo(1));
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(channel.messageCount(DEAD_LETTERS)).isZero());
  }

  @Test
  void eventsStayUnacknowledgedOnTheSameConnectionWhileRedisIsAway() throws Exception {
    assertThat(version()).isZero();
    Set<Thread> connections = connections();
    SharedServers.get().redis().stop();
    try {
      await().atMost(PATIENCE).until(() -> !caches.isTrusted());
      publish(commitAndCrash());
      await().atMost(PATIENCE).until(() -> unconfirmed() == 1);
      Answer ready = api.get("/q/health/ready");
      assertThat(ready.status()).isEqualTo(200);
      assertThat(ready.body().toString()).contains("\"redis\":").doesNotContain("cache-events");
      assertThat(outage("redis")).isEqualTo(1);
    } finally {
      SharedServers.get().redis().start();
    }

    await().atMost(PATIENCE).until(() -> unconfirmed() == 0);
    assertThat(waiting()).isZero();
    assertThat(version()).isEqualTo(1);
    assertThat(connections()).isEqualTo(connections);
    await().atMost(PATIENCE).until(() -> outage("redis") == 0);
  }

  @Test
  void aRedisThatStandsStillCostsNeitherTheConnectionToTheBrokerNorWhatIsCached() throws Exception {
    assertThat(version()).isZero();
    Set<Thread> connections = connections();
    double renewals = count("fresh.cache.renewals");
    double unanswered = count("fresh.cache.unanswered");
    Event event = commitAndCrash();
    SharedServers.get().redis().pause();
    try {
      publish(event);
      await().atMost(PATIENCE).until(() -> count("fresh.cache.unanswered") > unanswered);
      await().atMost(PATIENCE).until(() -> unconfirmed() == 1);
    } finally {
      SharedServers.get().redis().resume();
    }

    await().atMost(PATIENCE).until(() -> unconfirmed() == 0);
    await().atMost(PATIENCE).until(caches::isTrusted);
    assertThat(version()).isEqualTo(1);
    assertThat(connections()).isEqualTo(connections);
    assertThat(count("fresh.cache.renewals")).isEqualTo(renewals);
  }

  @Test
  void aRedisThatRefusesWritesForAMomentIsUsedAgainAndTheQueueIsConsumed() throws Exception {
    assertThat(version()).isZero();
    redis("CONFIG SET min-replicas-to-write 1");
    try {
      publish(commitAndCrash());
      await().atMost(PATIENCE).until(() -> outage("redis") == 1);
      assertThat(version()).isEqualTo(1);
    } finally {
      redis("CONFIG SET min-replicas-to-write 0");
    }

    await().atMost(PATIENCE).until(caches::isTrusted);
    await().atMost(PATIENCE).until(() -> waiting() == 0 && unconfirmed() == 0);
    assertThat(version()).isEqualTo(1);
  }

  @Test
  void anEventWithAVersionThatTheCacheCannotCompareDropsEverythingAndNeverLoops() throws Exception {
    for (String queue : List.of(Topology.CACHE_QUEUE, DEAD_LETTERS)) {
      hire();
      assertThat(version()).isZero();
      Set<Thread> connections = connections();
      double unreadable = count("aftercommit.cache.events.unreadable");
      Event event = withVersion(commitAndCrash(), 1L << 53);

      publish(queue, event.type().ceType(), EventJson.write(event));

      await().atMost(PATIENCE).untilAsserted(() -> assertThat(version()).isEqualTo(1));
      await().atMost(PATIENCE).until(() -> unconfirmed() == 0 && channel.messageCount(queue) == 0);
      assertThat(count("aftercommit.cache.events.unreadable") - unreadable).isEqualTo(1);
      assertThat(connections()).isEqualTo(connections);
      disconnect();
    }
    connect();
  }

  @Test
  void whatWentWithADeletedQueueLeavesNothingOldBehind() throws Exception {
    for (String queue : List.of(Topology.CACHE_QUEUE, DEAD_LETTERS)) {
      hire();
      assertThat(version()).isZero();
      Event lost = commitAndCrash();
      assertThat(lost).isNotNull();
      assertThat(version()).isZero();

      channel.queueDelete(queue);

      await().atMost(PATIENCE).untilAsserted(() -> assertThat(version()).isEqualTo(1));
      await().atMost(PATIENCE).until(() -> outage("cache-events") == 0);
      assertThat(channel.consumerCount(queue)).isEqualTo(1);
      disconnect();
    }
    connect();
  }

  @Test
  void aBrokerThatRestartsIsConsumedFromAgain() throws Exception {
    assertThat(version()).isZero();
    Event event = commitAndCrash();
    SharedServers.get().rabbitMq().stop();
    await().atMost(PATIENCE).until(() -> outage("cache-events") == 1);
    assertThat(api.get("/q/health/ready").status()).isEqualTo(200);
    SharedServers.get().rabbitMq().start();
    assertThat(
            api.post("/departments", "{\"name\":\"%s\",\"budget\":1}".formatted(Api.unique("D")))
                .status())
        .isEqualTo(201);
    connect();

    publish(event);

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(version()).isEqualTo(1));
  }

  /** The row is changed by somebody who dies before he can tell the cache. */
  private EmployeeChanged commitAndCrash() {
    database.update(
        "UPDATE employee SET salary = 2000, version = version + 1 WHERE id = ?", Database.key(id));
    Event before = database.events("employee/" + id).getLast();
    return withVersion((EmployeeChanged) before, 1);
  }

  private static EmployeeChanged withVersion(EmployeeChanged event, long version) {
    return new EmployeeChanged(
        event.employee(),
        event.name(),
        event.email(),
        event.department(),
        event.salary(),
        event.currency(),
        version,
        Change.SALARY_CHANGED,
        event.occurredAt());
  }

  private void publish(Event event) throws Exception {
    publish(Topology.CACHE_QUEUE, event.type().ceType(), EventJson.write(event));
  }

  private void publish(String queue, String type, byte[] body) throws Exception {
    BasicProperties properties =
        MessageProperties.PERSISTENT_BASIC
            .builder()
            .headers(Map.of(CloudEvents.TYPE, type, CloudEvents.ID, UUID.randomUUID().toString()))
            .build();
    channel.basicPublish("", queue, properties, body);
    channel.waitForConfirmsOrDie(10_000);
  }

  private long waiting() throws Exception {
    return channel.messageCount(Topology.CACHE_QUEUE);
  }

  /** Each connection to the broker from this JVM has a thread of its own, which ends with it. */
  private static Set<Thread> connections() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("AMQP Connection"))
        .collect(Collectors.toSet());
  }

  private double unconfirmed() {
    return meters.get("aftercommit.cache.events.unconfirmed").gauge().value();
  }

  private double outage(String of) {
    return meters.get("outage").tag("of", of).gauge().value();
  }

  private double count(String name) {
    return meters.get(name).counter().count();
  }

  private static void redis(String command) throws Exception {
    RedisServer redis = SharedServers.get().redis();
    try (Socket socket = new Socket(redis.host(), redis.port())) {
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
      assertThat(socket.getInputStream().readNBytes(3)).asString().isEqualTo("+OK");
    }
  }

  private long version() {
    return api.get("/employees/" + id).version();
  }
}

package dev.aftercommit.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.aftercommit.lab.LabCache;
import dev.aftercommit.lab.LabServer;
import dev.aftercommit.lab.Python;
import dev.aftercommit.lab.broker.VirtualHosts;
import dev.aftercommit.lab.cache.LabRedis;
import dev.aftercommit.lab.search.Budget;
import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Explorer;
import dev.aftercommit.lab.search.Verdict;
import dev.aftercommit.stack.servers.RabbitMqServer;
import dev.aftercommit.stack.servers.ServerKind;
import dev.aftercommit.stack.servers.Servers;
import dev.aftercommit.stack.servers.ServersConfig;
import java.net.Authenticator;
import java.net.PasswordAuthentication;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Queues in several lanes, at a broker with the management API. */
class QueueLanesTest {

  private static final Budget BUDGET =
      new Budget(5_000, Duration.ofMinutes(2), Budget.ALL, Duration.ZERO);

  /** A consumer reads what the writer has changed. */
  private static final String TOLD =
      """
      setup { CREATE TABLE account (id int PRIMARY KEY, balance int); INSERT INTO account VALUES (1, 100); CREATE TABLE told (balance int); }
      queue lab.changes { id=1 }
      session W
      step wb { BEGIN; }
      step wu { UPDATE account SET balance = 110 WHERE id = 1; }
      step wc { COMMIT; }
      step wp publish { lab.changes id=1 }
      session C consumes lab.changes
      step cr { INSERT INTO told SELECT balance FROM account WHERE id = :id::int; }
      step ca ack
      """;

  private static final String TOLD_LAST =
      "invariant \"people are told the new balance\" { SELECT max(balance) = 110 AND count(*) = 2 FROM told }\n";

  private static Servers servers;

  @TempDir private Path folder;

  @BeforeAll
  static void startBroker() {
    servers = Servers.start(ServersConfig.of(ServerKind.RABBITMQ).withManagement().asScratch());
  }

  @AfterAll
  static void stopBroker() {
    servers.close();
  }

  @AfterEach
  void noVirtualHostIsLeft() throws Exception {
    assertThat(virtualHosts()).noneMatch(name -> name.startsWith("schedule-lab-"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void twoLanesRunTheSameSchedulesAsOne(boolean reduced) throws Exception {
    Exploration one = explore(TOLD + TOLD_LAST, 1, reduced);
    Exploration two = explore(TOLD + TOLD_LAST, 2, reduced);

    assertThat(one.verdict()).as(one.reason()).isEqualTo(Verdict.HOLDS);
    assertThat(two.verdict()).as(two.reason()).isEqualTo(Verdict.HOLDS);
    assertThat(two.schedules()).isEqualTo(one.schedules());
    assertThat(counts(two)).isEqualTo(counts(one));
  }

  @Test
  void whatFailsInOneLaneFailsInTwo() throws Exception {
    String text = TOLD + "fault duplicate C\n" + TOLD_LAST;

    assertThat(explore(text, 1, true).verdict()).isEqualTo(Verdict.FAILS);
    assertThat(explore(text, 2, true).verdict()).isEqualTo(Verdict.FAILS);
  }

  @Test
  void eachLaneButTheFirstIsInAVirtualHostOfItsOwn() throws Exception {
    List<String> before = virtualHosts();
    try (ScenarioLanes lanes = open(scenario(TOLD + TOLD_LAST), 3)) {
      assertThat(lanes.lanes(true)).hasSize(3);
      assertThat(virtualHosts())
          .hasSize(before.size() + 2)
          .containsAll(before)
          .anyMatch(name -> name.matches("schedule-lab-[0-9a-f]{8}-2"))
          .anyMatch(name -> name.matches("schedule-lab-[0-9a-f]{8}-3"));
    }
  }

  @Test
  void whatIsDeclaredInTheFirstVirtualHostIsInTheOthersToo() throws Exception {
    try (Connection first = connect(amqp());
        Channel channel = first.createChannel();
        VirtualHosts hosts = new VirtualHosts(amqp(), management())) {
      channel.exchangeDeclare("lab.events", "topic", true);
      channel.queueDeclare("lab.durable", true, false, false, Map.of("x-max-length", 5));
      channel.queueBind("lab.durable", "lab.events", "told.#");
      try (Connection second = connect(hosts.create(2));
          Channel other = second.createChannel()) {
        other.confirmSelect();
        other.basicPublish("lab.events", "told.all", null, new byte[0]);
        other.waitForConfirmsOrDie(10_000);

        assertThat(other.queueDeclarePassive("lab.durable").getMessageCount()).isEqualTo(1);
        assertThat(channel.queueDeclarePassive("lab.durable").getMessageCount()).isZero();
        other.queueDeclare("lab.durable", true, false, false, Map.of("x-max-length", 5));
      } finally {
        channel.queueDelete("lab.durable");
        channel.exchangeDelete("lab.events");
      }
    }
  }

  private static Connection connect(URI address) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(address);
    return factory.newConnection();
  }

  @Test
  void aProgramFindsTheVirtualHostOfItsLane() throws Exception {
    Path program =
        Files.writeString(
            folder.resolve("program.py"),
            """
            import os, pika
            connection = pika.BlockingConnection(pika.URLParameters(os.environ["AMQP_URL"]))
            connection.channel().basic_publish("", "lab.changes", b"id=2")
            connection.close()
            """);
    String text =
        """
        setup { CREATE TABLE t (v int); }
        queue lab.changes { id=1 }
        invariant "two" { SELECT string_agg(body, ' ' ORDER BY place) = 'id=1 id=2' FROM lab.queued }
        """;
    Scenario scenario =
        ScenarioParser.parse("test", text, Map.of("P", Python.find() + " " + program));

    try (ScenarioLanes lanes = open(scenario, 2)) {
      Exploration second =
          Explorer.explore(
              List.of(lanes.lanes(true).getLast()), BUDGET, (runs, failing, perSecond) -> {});
      assertThat(second.verdict()).as(second.reason()).isEqualTo(Verdict.HOLDS);
    }
  }

  @Test
  void aLaneThatCannotBeOpenedLeavesNoVirtualHost() {
    Scenario scenario = scenario("redis { SET k v }\n" + TOLD + TOLD_LAST);
    Deque<LabRedis> taken = takeEveryIndex();
    try {
      taken.pop().close();
      assertThatThrownBy(() -> open(scenario, 2))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Expected an empty index");
    } finally {
      taken.forEach(LabRedis::close);
    }
  }

  private static Deque<LabRedis> takeEveryIndex() {
    Deque<LabRedis> taken = new ArrayDeque<>();
    while (true) {
      try {
        taken.push(LabRedis.create(LabCache.address()));
      } catch (IllegalStateException e) {
        return taken;
      }
    }
  }

  @Test
  void withoutTheManagementApiOneLaneIsAllThereIs() throws Exception {
    Scenario scenario = scenario(TOLD + TOLD_LAST);
    Addresses without = new Addresses(LabServer.address(), null, amqp());

    assertThatThrownBy(() -> ScenarioLanes.open(scenario, without, 2, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--rabbitmq-management http://HOST:15672");
    ScenarioLanes.open(scenario, without, 1, 0).close();
  }

  @Test
  void whoTheManagementApiRefusesIsToldWhatTheUserNeeds() {
    RabbitMqServer broker = servers.rabbitMq();
    URI wrong = URI.create(broker.amqpUri().replace(":" + broker.password() + "@", ":wrong@"));

    try (VirtualHosts hosts = new VirtualHosts(wrong, management())) {
      assertThatThrownBy(() -> hosts.create(2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("answered PUT vhosts/schedule-lab-")
          .hasMessageContaining("must have the tag 'administrator'");
    }
  }

  private static Exploration explore(String text, int count, boolean reduced) throws Exception {
    try (ScenarioLanes lanes = open(scenario(text), count)) {
      return Explorer.explore(lanes.lanes(reduced), BUDGET, (runs, failing, perSecond) -> {});
    }
  }

  private static Scenario scenario(String text) {
    return ScenarioParser.parse("test", text);
  }

  private static ScenarioLanes open(Scenario scenario, int count) throws Exception {
    Addresses addresses =
        new Addresses(LabServer.address(), LabCache.address(), amqp(), management());
    return ScenarioLanes.open(scenario, addresses, count, 1);
  }

  private static URI amqp() {
    return URI.create(servers.rabbitMq().amqpUri());
  }

  private static URI management() {
    return URI.create(servers.rabbitMq().managementUrl().orElseThrow());
  }

  private static Map<String, Integer> counts(Exploration found) {
    Map<String, Integer> counts = new HashMap<>();
    found.outcomes().forEach((outcome, count) -> counts.put(outcome.state(), count));
    return counts;
  }

  private static List<String> virtualHosts() throws Exception {
    RabbitMqServer broker = servers.rabbitMq();
    Authenticator login =
        new Authenticator() {
          @Override
          protected PasswordAuthentication getPasswordAuthentication() {
            return new PasswordAuthentication(broker.username(), broker.password().toCharArray());
          }
        };
    try (HttpClient http = HttpClient.newBuilder().authenticator(login).build()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(management() + "/api/vhosts")).build();
      JsonNode answer =
          new ObjectMapper().readTree(http.send(request, BodyHandlers.ofString()).body());
      return answer.valueStream().map(host -> host.path("name").asText()).toList();
    }
  }
}

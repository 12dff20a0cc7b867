package dev.aftercommit.relay;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import dev.aftercommit.outbox.OutboxAppender;
import dev.aftercommit.outbox.OutboxEvent;
import dev.aftercommit.stack.servers.PostgresServer;
import dev.aftercommit.stack.testing.SharedServers;
import dev.aftercommit.topology.Topology;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.postgresql.ds.PGSimpleDataSource;

/** A service that commits events, a consumer that reads them, and a server's superuser. */
final class RelayClient implements AutoCloseable {

  static final Duration SOON = Duration.ofSeconds(60);

  private static final String QUEUE = "relay-client";

  private final PGSimpleDataSource service = new PGSimpleDataSource();
  private final Connection broker;
  final Channel channel;

  RelayClient(String serviceUrl) throws IOException, TimeoutException {
    service.setUrl(serviceUrl);
    service.setUser("employee_service");
    service.setPassword("employee_service");
    broker = SharedServers.get().rabbitMq().connect();
    channel = broker.createChannel();
    Topology.declare(channel);
    channel.queueDeclare(QUEUE, false, true, true, null);
    bindOwn();
    awaitDrained();
    channel.queuePurge(QUEUE);
  }

  /** Binds the queue that {@link #receive} reads. */
  void bindOwn() throws IOException {
    channel.queueBind(QUEUE, Topology.EVENTS_EXCHANGE, "#");
  }

  OutboxEvent commit(String key, String topic) throws SQLException {
    OutboxEvent event = OutboxDatabase.event(key, topic, "{}");
    commit(List.of(event));
    return event;
  }

  /** Commits events in one transaction; returns their ids. */
  List<String> commit(List<OutboxEvent> events) throws SQLException {
    try (java.sql.Connection connection = service.getConnection()) {
      connection.setAutoCommit(false);
      OutboxAppender.append(connection, events);
      connection.commit();
    }
    return events.stream().map(event -> event.id().toString()).toList();
  }

  /** Runs SQL as the owner of the schema. */
  void execute(String sql) throws SQLException {
    try (java.sql.Connection connection = service.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  long count(String sql) throws SQLException {
    try (java.sql.Connection connection = service.getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Runs SQL as superuser and returns the first number it gives. */
  static long administer(String sql) throws SQLException {
    PostgresServer server = SharedServers.get().postgres();
    try (java.sql.Connection connection = server.connectAsSuperuser(server.maintenanceDatabase());
        var statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        return 0;
      }
      try (var row = statement.getResultSet()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  String database() {
    return String.valueOf(service.getDatabaseName());
  }

  /** A queue that takes one message and refuses all others, bound to a topic. */
  void bindFullQueue(String name, String topic) throws IOException {
    channel.queueDeclare(
        name, false, false, false, Map.of("x-max-length", 1, "x-overflow", "reject-publish"));
    channel.basicPublish("", name, null, new byte[0]);
    await().atMost(SOON).until(() -> channel.messageCount(name) == 1);
    channel.queueBind(name, Topology.EVENTS_EXCHANGE, topic);
  }

  /** Receives until the queue has given the events, each at least once; returns their order. */
  List<String> receive(List<String> wanted) {
    List<String> received = new ArrayList<>();
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              GetResponse message = channel.basicGet(QUEUE, true);
              while (message != null) {
                received.add(message.getProps().getMessageId());
                message = channel.basicGet(QUEUE, true);
              }
              return received.containsAll(wanted);
            });
    return received.stream().distinct().toList();
  }

  static double metric(String name) {
    return given()
        .get("/q/metrics")
        .asString()
        .lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst()
        .orElse(Double.NaN);
  }

  /** The reason of an outage in the answer of the readiness; null when it works. */
  static String outage(String name) {
    return given()
        .get("/q/health/ready")
        .jsonPath()
        .getString("checks.find { it.name == 'outages' }.data?.'%s'".formatted(name));
  }

  static void awaitReady() {
    await().atMost(SOON).until(() -> given().get("/q/health/ready").statusCode() == 200);
  }

  static void awaitDrained() {
    await()
        .atMost(SOON)
        .until(() -> given().get("/relay/backlog").jsonPath().getLong("pending") == 0);
  }

  @Override
  public void close() throws IOException {
    broker.close();
  }
}

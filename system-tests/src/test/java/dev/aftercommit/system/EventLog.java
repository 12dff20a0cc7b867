package dev.aftercommit.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import dev.aftercommit.stack.servers.RabbitMqServer;
import dev.aftercommit.topology.Topology;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;

/**
 * Listens to every event with a queue of its own, and keeps per employee the versions in the order
 * in which each came for the first time.
 */
final class EventLog implements AutoCloseable {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final Connection connection;
  private final Map<String, List<Long>> firstSeen = new ConcurrentHashMap<>();

  EventLog(RabbitMqServer broker) throws IOException, TimeoutException {
    connection = broker.connect();
    Channel channel = connection.createChannel();
    String queue = channel.queueDeclare().getQueue();
    channel.queueBind(queue, Topology.EVENTS_EXCHANGE, "employee.#");
    channel.basicConsume(queue, true, new Listener(channel));
  }

  /** The versions of an employee, in the order of their first arrival. */
  List<Long> versions(String employee) {
    List<Long> versions = firstSeen.getOrDefault(employee, List.of());
    synchronized (versions) {
      return List.copyOf(versions);
    }
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }

  private final class Listener extends DefaultConsumer {

    Listener(Channel channel) {
      super(channel);
    }

    @Override
    public void handleDelivery(
        String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
        throws IOException {
      JsonNode event = MAPPER.readTree(body);
      List<Long> versions =
          firstSeen.computeIfAbsent(event.path("employee").asText(), id -> new ArrayList<>());
      long version = event.path("version").asLong();
      synchronized (versions) {
        if (!versions.contains(version)) {
          versions.add(version);
        }
      }
    }
  }
}

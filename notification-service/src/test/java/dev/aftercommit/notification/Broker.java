package dev.aftercommit.notification;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.aftercommit.events.CloudEvents;
import dev.aftercommit.events.Event;
import dev.aftercommit.events.EventJson;
import dev.aftercommit.stack.testing.SharedServers;
import dev.aftercommit.topology.Topology;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Publishes as the relay does: persistent and confirmed. */
public final class Broker implements AutoCloseable {

  private static final long CONFIRM_LIMIT_MILLIS = 30_000;

  private final Connection connection;
  private final Channel channel;

  private Broker(Connection connection) throws IOException {
    this.connection = connection;
    this.channel = connection.createChannel();
    channel.confirmSelect();
  }

  public static Broker connect() throws IOException, TimeoutException {
    return new Broker(SharedServers.get().rabbitMq().connect());
  }

  void send(UUID id, Event event) throws IOException {
    send(event.topic(), id.toString(), event.type().ceType(), EventJson.write(event));
  }

  void send(String topic, @Nullable String id, @Nullable String type, byte[] body)
      throws IOException {
    send(Topology.EVENTS_EXCHANGE, topic, id, type, body);
  }

  /** As the broker does when it gives up on a message of this service. */
  void deadLetter(UUID id, Event event) throws IOException {
    send(
        Topology.DEAD_LETTER_EXCHANGE,
        Topology.NOTIFICATION_QUEUE,
        id.toString(),
        event.type().ceType(),
        EventJson.write(event));
  }

  private void send(
      String exchange, String topic, @Nullable String id, @Nullable String type, byte[] body)
      throws IOException {
    Map<String, Object> headers = new HashMap<>();
    headers.put(CloudEvents.SPEC_VERSION, CloudEvents.VERSION);
    if (id != null) {
      headers.put(CloudEvents.ID, id);
    }
    if (type != null) {
      headers.put(CloudEvents.TYPE, type);
    }
    BasicProperties properties =
        new BasicProperties.Builder()
            .contentType(CloudEvents.JSON)
            .deliveryMode(2)
            .messageId(id)
            .headers(headers)
            .build();
    channel.basicPublish(exchange, topic, true, properties, body);
  }

  /** Returns when the broker has everything. */
  void confirm() throws IOException, InterruptedException, TimeoutException {
    channel.waitForConfirmsOrDie(CONFIRM_LIMIT_MILLIS);
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}

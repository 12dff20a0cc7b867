package dev.aftercommit.aggregator;

import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import dev.aftercommit.consumer.RawMessage;
import dev.aftercommit.events.CloudEvents;
import dev.aftercommit.events.Event;
import dev.aftercommit.stack.testing.SharedServers;
import dev.aftercommit.topology.Topology;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeoutException;

/** Publishes to the consumers' exchange, confirmed. */
public final class Broker implements AutoCloseable {

  private static final int CONFIRM_MILLIS = 30_000;
  private static final String HOPELESS = "aggregator-test.hopeless";

  private final Connection connection;
  private final Channel channel;

  private Broker(Connection connection, Channel channel) {
    this.connection = connection;
    this.channel = channel;
  }

  public static Broker connect() {
    try {
      Connection connection = SharedServers.get().rabbitMq().connect();
      Channel channel = connection.createChannel();
      Topology.declare(channel);
      channel.confirmSelect();
      return new Broker(connection, channel);
    } catch (IOException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  public Channel channel() {
    return channel;
  }

  public void publish(Event event) {
    publish(Events.message(event));
  }

  public void publish(RawMessage message) {
    send(message);
    confirm();
  }

  /** Publishes without waiting; {@link #confirm} afterwards. */
  public void send(RawMessage message) {
    send(Topology.EVENTS_EXCHANGE, "employee.salary-changed", message);
  }

  private void send(String exchange, String routingKey, RawMessage message) {
    Map<String, Object> headers = new HashMap<>();
    headers.put(CloudEvents.SPEC_VERSION, CloudEvents.VERSION);
    if (message.type() != null) {
      headers.put(CloudEvents.TYPE, message.type());
    }
    if (message.eventId() != null) {
      headers.put(CloudEvents.ID, message.eventId());
    }
    BasicProperties properties =
        MessageProperties.PERSISTENT_BASIC
            .builder()
            .contentType(CloudEvents.JSON)
            .headers(headers)
            .build();
    try {
      channel.basicPublish(exchange, routingKey, properties, message.body());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Lets the broker give up on the message as it does on one of the aggregator's queue, in a queue
   * that nobody else reads.
   */
  public void giveUpOn(RawMessage message) throws IOException {
    channel.queueDeclare(
        HOPELESS,
        true,
        false,
        false,
        Map.of(
            "x-queue-type",
            "quorum",
            "x-delivery-limit",
            1,
            "x-dead-letter-exchange",
            Topology.DEAD_LETTER_EXCHANGE,
            "x-dead-letter-routing-key",
            Topology.AGGREGATOR_QUEUE));
    send("", HOPELESS, message);
    confirm();
    for (int delivery = 1; delivery <= 2; delivery++) {
      GetResponse delivered =
          await().until(() -> channel.basicGet(HOPELESS, false), Objects::nonNull);
      channel.basicNack(delivered.getEnvelope().getDeliveryTag(), false, true);
    }
  }

  public void confirm() {
    try {
      channel.waitForConfirmsOrDie(CONFIRM_MILLIS);
    } catch (IOException | TimeoutException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}

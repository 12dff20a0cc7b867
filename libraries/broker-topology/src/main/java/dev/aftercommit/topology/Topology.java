package dev.aftercommit.topology;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The exchanges, queues and bindings of the system, in one place. The relay and every consumer
 * declare all of it when they start: declaring is idempotent, so the order in which they start does
 * not matter, and a broker that lost its data gets its topology back.
 *
 * <p>There is no alternate exchange: it would take unroutable events and have them confirmed. The
 * relay publishes with the mandatory flag instead, so that an event without a queue comes back and
 * is parked where its key's order is kept.
 */
public final class Topology {

  /**
   * Topic exchange that carries every event of the employee service; routing key = topic of the
   * event.
   */
  public static final String EVENTS_EXCHANGE = "employee.events";

  /**
   * Direct exchange for what a consumer could not settle within its delivery limit; routing key =
   * its queue.
   */
  public static final String DEAD_LETTER_EXCHANGE = "employee.events.dead-letter";

  public static final String AGGREGATOR_QUEUE = "salary-aggregator.employee-events";
  public static final String NOTIFICATION_QUEUE = "notification-service.employee-events";

  /** What the employee service reads of its own events, to invalidate its cache. */
  public static final String CACHE_QUEUE = "employee-service.employee-events";

  /** How often the broker redelivers a message before it moves to the dead-letter queue. */
  static final int DELIVERY_LIMIT = 10;

  private static final List<String> QUEUES =
      List.of(AGGREGATOR_QUEUE, NOTIFICATION_QUEUE, CACHE_QUEUE);

  private Topology() {}

  /** The queue that holds what {@code queue} gave up on. */
  public static String deadLetterQueueOf(String queue) {
    return queue + ".dead-letter";
  }

  /** All queues that consumers read, without their dead-letter queues. */
  public static List<String> queues() {
    return QUEUES;
  }

  /**
   * Declares everything, and leaves alone what is there already.
   *
   * @throws IOException when the broker refuses, for example because a queue exists with other
   *     arguments
   */
  public static void declare(Channel channel) throws IOException {
    channel.exchangeDeclare(EVENTS_EXCHANGE, BuiltinExchangeType.TOPIC, true);
    channel.exchangeDeclare(DEAD_LETTER_EXCHANGE, BuiltinExchangeType.DIRECT, true);
    for (String queue : QUEUES) {
      declareQueue(channel, queue);
    }
  }

  /**
   * The exchanges and queues that are not there, in the order in which they are declared. Bindings
   * cannot be asked for over AMQP. Uses channels of its own: the broker closes one that asks in
   * vain.
   *
   * @throws IOException when the broker does not answer
   */
  public static List<String> missing(Connection connection) throws IOException {
    List<String> missing = new ArrayList<>();
    for (String exchange : List.of(EVENTS_EXCHANGE, DEAD_LETTER_EXCHANGE)) {
      if (!isThere(connection, channel -> channel.exchangeDeclarePassive(exchange))) {
        missing.add(exchange);
      }
    }
    for (String queue : QUEUES) {
      for (String name : List.of(deadLetterQueueOf(queue), queue)) {
        if (!isThere(connection, channel -> channel.queueDeclarePassive(name))) {
          missing.add(name);
        }
      }
    }
    return missing;
  }

  /** Asks for something on a channel that is used for nothing else. */
  @FunctionalInterface
  private interface Question {
    void ask(Channel channel) throws IOException;
  }

  private static boolean isThere(Connection connection, Question question) throws IOException {
    Channel channel = connection.createChannel();
    try {
      question.ask(channel);
      return true;
    } catch (IOException e) {
      if (e.getCause() instanceof ShutdownSignalException closed
          && closed.getReason() instanceof AMQP.Channel.Close reason
          && reason.getReplyCode() == AMQP.NOT_FOUND) {
        return false;
      }
      throw e;
    } finally {
      channel.abort();
    }
  }

  private static void declareQueue(Channel channel, String queue) throws IOException {
    String deadLetterQueue = deadLetterQueueOf(queue);
    channel.queueDeclare(deadLetterQueue, true, false, false, Map.of("x-queue-type", "quorum"));
    channel.queueBind(deadLetterQueue, DEAD_LETTER_EXCHANGE, queue);
    channel.queueDeclare(
        queue,
        true,
        false,
        false,
        Map.of(
            "x-queue-type", "quorum",
            "x-delivery-limit", DELIVERY_LIMIT,
            "x-dead-letter-exchange", DEAD_LETTER_EXCHANGE,
            "x-dead-letter-routing-key", queue));
    channel.queueBind(queue, EVENTS_EXCHANGE, "#");
  }
}

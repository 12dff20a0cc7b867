package dev.aftercommit.consumer;

import com.rabbitmq.client.BasicProperties;
import com.rabbitmq.client.Envelope;
import dev.aftercommit.events.CloudEvents;
import io.smallrye.reactive.messaging.rabbitmq.IncomingRabbitMQMessage;
import io.vertx.rabbitmq.RabbitMQMessage;
import java.util.Map;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jspecify.annotations.Nullable;

/**
 * One message from the broker and what is needed to acknowledge it.
 *
 * @param consumer the consumer tag: the broker gives a new one after each reconnect, and a delivery
 *     number means something only together with it
 * @param number the delivery tag, counted up by the broker per channel
 */
record Delivery(String consumer, long number, RawMessage message) {

  static Delivery of(Message<?> message) {
    if (!(message instanceof IncomingRabbitMQMessage<?> incoming)
        || !(incoming.getPayload() instanceof byte[] body)) {
      throw new IllegalStateException(
          "expected a RabbitMQ message with bytes, found "
              + message.getClass().getName()
              + ": the channel employee-events needs connector smallrye-rabbitmq and"
              + " content-type-override application/octet-stream");
    }
    RabbitMQMessage amqp = incoming.message;
    Envelope envelope = amqp.envelope();
    return new Delivery(
        amqp.consumerTag(),
        envelope.getDeliveryTag(),
        message(amqp.properties(), body, envelope.isRedeliver()));
  }

  /** What a message says of itself. */
  static RawMessage message(BasicProperties properties, byte[] body, boolean redelivered) {
    Map<String, Object> headers = properties.getHeaders();
    return new RawMessage(
        text(headers, CloudEvents.TYPE), id(headers, properties.getMessageId()), body, redelivered);
  }

  private static @Nullable String id(
      @Nullable Map<String, Object> headers, @Nullable String messageId) {
    String id = text(headers, CloudEvents.ID);
    return id == null ? messageId : id;
  }

  private static @Nullable String text(@Nullable Map<String, Object> headers, String name) {
    Object value = headers == null ? null : headers.get(name);
    return value == null ? null : value.toString();
  }
}

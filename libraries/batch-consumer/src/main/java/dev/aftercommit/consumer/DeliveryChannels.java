package dev.aftercommit.consumer;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.NoOpMetricsCollector;
import io.smallrye.reactive.messaging.ClientCustomizer;
import io.vertx.rabbitmq.RabbitMQOptions;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Knows the AMQP connection and channel that the connector uses; acknowledges on the channel that
 * delivered and on no other, and tells when it is gone.
 *
 * <p>A delivery number is a count per channel. The connector acknowledges by number on whatever
 * channel it has at that moment: after a reconnect, a late acknowledgement would settle another
 * message that was not applied yet, and a crash would then lose it. The connector does not hand out
 * its channel, but the RabbitMQ client reports connections and consumers to a metrics collector, so
 * this is one. Knowing the channel also allows one acknowledgement per batch.
 */
@Singleton
class DeliveryChannels extends NoOpMetricsCollector implements ClientCustomizer<RabbitMQOptions> {

  private static final Logger LOG = Logger.getLogger(DeliveryChannels.class);
  private static final int CLOSE_LIMIT_MILLIS = 2_000;

  private volatile @Nullable Connection connection;
  private volatile @Nullable Subscribed current;
  private volatile Consumer<String> whenGone = reason -> {};

  private record Subscribed(String consumer, Channel channel) {}

  @Override
  public RabbitMQOptions customize(String channel, Config config, RabbitMQOptions options) {
    return options.setMetricsCollector(this);
  }

  @Override
  public void newConnection(Connection opened) {
    connection = opened;
  }

  @Override
  public void basicConsume(Channel channel, String consumerTag, boolean autoAck) {
    Consumer<String> listener = whenGone;
    current = new Subscribed(consumerTag, channel);
    channel.addShutdownListener(cause -> listener.accept("channel closed: " + cause.getMessage()));
  }

  /** Whom to tell, with the reason, when the channel of the next consumer is gone. */
  void whenGone(Consumer<String> listener) {
    whenGone = listener;
  }

  /**
   * Acknowledges the delivery and all earlier ones of its consumer: they must all be settled. When
   * the channel is gone nothing happens: the broker delivers them again, as duplicates.
   */
  void acknowledgeUpTo(Delivery last) {
    Subscribed now = current;
    if (now == null || !now.consumer.equals(last.consumer())) {
      LOG.debugf("delivery %d is of a consumer that is gone; it comes again", last.number());
      return;
    }
    try {
      now.channel.basicAck(last.number(), true);
    } catch (AlreadyClosedException | IOException e) {
      LOG.infof("delivery %d was not acknowledged and comes again: %s", last.number(), e);
    }
  }

  /** Whether the newest consumer's channel is open: the broker may deliver. */
  boolean isSubscribed() {
    Subscribed now = current;
    return now != null && now.channel.isOpen();
  }

  /** Opens one more channel on the consumer's connection; empty while there is none. */
  Optional<Channel> open() throws IOException {
    Connection present = connection;
    return present == null || !present.isOpen() ? Optional.empty() : present.openChannel();
  }

  /**
   * Closes the connection, if it is still open: the broker takes back all that is unacknowledged,
   * and the connector begins with a new one.
   */
  void closeConnection() {
    Connection open = connection;
    if (open != null) {
      open.abort(CLOSE_LIMIT_MILLIS);
    }
  }
}

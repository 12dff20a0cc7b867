package dev.aftercommit.consumer;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.NoOpMetricsCollector;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.reactive.messaging.ClientCustomizer;
import io.vertx.rabbitmq.RabbitMQOptions;
import jakarta.inject.Singleton;
import java.io.IOException;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Acknowledges on the AMQP channel that delivered, and on no other.
 *
 * <p>A delivery number is a count per channel. The connector acknowledges by number on whatever
 * channel it has at that moment: after a reconnect, a late acknowledgement would settle another
 * message that was not applied yet, and a crash would then lose it. The connector does not hand out
 * its channel, but the RabbitMQ client reports each consumer with its channel to a metrics
 * collector, so this is one. Knowing the channel also allows one acknowledgement per batch.
 */
@Singleton
class DeliveryChannels extends NoOpMetricsCollector implements ClientCustomizer<RabbitMQOptions> {

  private static final Logger LOG = Logger.getLogger(DeliveryChannels.class);

  /** Room in a queue of the connector for everything that two consumers may have in flight. */
  private static final int BUFFERED_CONSUMERS = 4;

  private final ConsumerConfig config;

  private volatile @Nullable Subscribed current;

  DeliveryChannels(ConsumerConfig config) {
    this.config = config;
  }

  private record Subscribed(String consumer, Channel channel) {}

  @Override
  public RabbitMQOptions customize(String channel, Config config, RabbitMQOptions options) {
    makeRoom();
    return options.setMetricsCollector(this);
  }

  /**
   * After a reconnect the connector delivers without being asked, into a queue that holds 256 by
   * default and ends the channel for ever when it overflows. There can be no more than the prefetch
   * of the consumer before and of the one after, so the queue gets that much room.
   */
  private void makeRoom() {
    int room = config.prefetch() * BUFFERED_CONSUMERS;
    if (Infrastructure.getBufferSizeS() < room) {
      Infrastructure.setBufferSizeS(room);
    }
  }

  @Override
  public void basicConsume(Channel channel, String consumerTag, boolean autoAck) {
    current = new Subscribed(consumerTag, channel);
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
}

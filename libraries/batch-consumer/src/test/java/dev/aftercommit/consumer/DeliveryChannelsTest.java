package dev.aftercommit.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.MessageProperties;
import dev.aftercommit.stack.testing.SharedServers;
import dev.aftercommit.topology.Topology;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Acknowledgements against a real broker. */
@Timeout(60)
class DeliveryChannelsTest {

  private static final String QUEUE = Topology.NOTIFICATION_QUEUE;

  private final LinkedBlockingQueue<Delivery> delivered = new LinkedBlockingQueue<>();
  private final DeliveryChannels channels = new DeliveryChannels(TestConfig.CONFIG);
  private Connection connection;

  @BeforeEach
  void publish() throws Exception {
    SharedServers.get().emptyQueues();
    connection = SharedServers.get().rabbitMq().connect();
    try (Channel channel = connection.createChannel()) {
      channel.confirmSelect();
      for (int i = 0; i < 3; i++) {
        channel.basicPublish("", QUEUE, MessageProperties.PERSISTENT_BASIC, new byte[] {(byte) i});
      }
      channel.waitForConfirmsOrDie();
    }
  }

  @AfterEach
  void close() throws Exception {
    connection.close();
  }

  @Test
  void oneAcknowledgementSettlesTheBatchAndNothingBehindIt() throws Exception {
    Channel channel = subscribe();
    delivered.take();
    Delivery second = delivered.take();
    delivered.take();

    channels.acknowledgeUpTo(second);
    channel.close();

    await().untilAsserted(() -> assertThat(waiting()).isEqualTo(1));
  }

  @Test
  void aLateAcknowledgementSettlesNothingOfTheConsumerThatFollowed() throws Exception {
    Channel old = subscribe();
    delivered.take();
    delivered.take();
    Delivery late = delivered.take();
    old.close();
    Channel next = subscribe();
    for (int i = 0; i < 3; i++) {
      assertThat(delivered.take().message().redelivered()).isTrue();
    }

    channels.acknowledgeUpTo(late);

    assertThat(next.isOpen()).isTrue();
    next.close();
    await().untilAsserted(() -> assertThat(waiting()).isEqualTo(3));
  }

  @Test
  void anAcknowledgementOnAClosedChannelIsIgnored() throws Exception {
    Channel channel = subscribe();
    Delivery first = delivered.take();
    channel.close();

    channels.acknowledgeUpTo(first);

    await().untilAsserted(() -> assertThat(waiting()).isEqualTo(3));
  }

  private Channel subscribe() throws Exception {
    Channel channel = connection.createChannel();
    String consumer =
        channel.basicConsume(
            QUEUE,
            false,
            (tag, message) ->
                delivered.add(
                    new Delivery(
                        tag,
                        message.getEnvelope().getDeliveryTag(),
                        new RawMessage(
                            null, null, message.getBody(), message.getEnvelope().isRedeliver()))),
            tag -> {});
    channels.basicConsume(channel, consumer, false);
    return channel;
  }

  private long waiting() throws Exception {
    try (Channel channel = connection.createChannel()) {
      return channel.messageCount(QUEUE);
    }
  }
}

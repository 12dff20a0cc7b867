package dev.aftercommit.consumer;

import static dev.aftercommit.consumer.ConsumerDatabase.hired;
import static dev.aftercommit.consumer.ConsumerDatabase.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.MessageProperties;
import dev.aftercommit.events.CloudEvents;
import dev.aftercommit.inbox.InboxCounts;
import dev.aftercommit.stack.testing.SharedServers;
import dev.aftercommit.topology.Topology;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is applied and not acknowledged comes again, and a late acknowledgement settles nothing. */
class UnacknowledgedTest {

  private ConsumerDatabase database;
  private Connection connection;
  private Channel publisher;
  private final DeliveryChannels channels = new DeliveryChannels();
  private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();

  @BeforeEach
  void start() throws Exception {
    SharedServers.get().emptyQueues();
    database = new ConsumerDatabase();
    connection = SharedServers.get().rabbitMq().connect();
    publisher = connection.createChannel();
    publisher.confirmSelect();
  }

  @AfterEach
  void stop() throws Exception {
    connection.close();
    database.close();
    SharedServers.get().emptyQueues();
  }

  @Test
  void aKillBetweenCommitAndAcknowledgementChangesNothing() throws Exception {
    publish(hired("1"));
    try (var consumer = SharedServers.get().rabbitMq().connect()) {
      consume(consumer.createChannel());
      database.transaction().commit(read(next().message()));
    }
    try (var consumer = SharedServers.get().rabbitMq().connect()) {
      consume(consumer.createChannel());
      Delivery again = next();
      assertThat(again.message().redelivered()).isTrue();
      assertThat(database.transaction().commit(read(again.message())).duplicates()).isEqualTo(1);
      channels.acknowledgeUpTo(again);
    }
    assertThat(database.effects()).containsExactly("1");
    assertThat(database.counts()).isEqualTo(new InboxCounts(1, 1, 0));
    assertQueued(0);
  }

  @Test
  void aLateAcknowledgementDoesNotSettleAMessageOfTheNextConsumer() throws Exception {
    publish(hired("1"));
    Delivery old;
    try (var consumer = SharedServers.get().rabbitMq().connect()) {
      consume(consumer.createChannel());
      old = next();
    }
    channels.acknowledgeUpTo(old);
    try (var consumer = SharedServers.get().rabbitMq().connect()) {
      consume(consumer.createChannel());
      Delivery again = next();
      assertThat(again.number()).isEqualTo(old.number());
      channels.acknowledgeUpTo(old);
    }
    assertQueued(1);
  }

  @Test
  void oneAcknowledgementSettlesTheWholeBatch() throws Exception {
    for (int i = 0; i < 5; i++) {
      publish(hired("e" + i));
    }
    try (var consumer = SharedServers.get().rabbitMq().connect()) {
      consume(consumer.createChannel());
      next();
      next();
      next();
      channels.acknowledgeUpTo(next());
    }
    assertQueued(1);
  }

  private void assertQueued(int messages) {
    await()
        .untilAsserted(
            () ->
                assertThat(publisher.messageCount(Topology.AGGREGATOR_QUEUE)).isEqualTo(messages));
  }

  private void publish(RawMessage message) throws Exception {
    Map<String, Object> headers =
        Map.of(CloudEvents.TYPE, message.type(), CloudEvents.ID, message.eventId());
    BasicProperties properties =
        MessageProperties.PERSISTENT_BASIC.builder().headers(headers).build();
    publisher.basicPublish("", Topology.AGGREGATOR_QUEUE, properties, message.body());
    publisher.waitForConfirmsOrDie(10_000);
  }

  private Delivery next() throws InterruptedException {
    Delivery delivery = deliveries.poll(10, TimeUnit.SECONDS);
    assertThat(delivery).as("a delivery within 10 s").isNotNull();
    return delivery;
  }

  /** As the connector does it, and as the RabbitMQ client reports it. */
  private void consume(Channel channel) throws Exception {
    String tag =
        channel.basicConsume(
            Topology.AGGREGATOR_QUEUE,
            false,
            new DefaultConsumer(channel) {
              @Override
              public void handleDelivery(
                  String consumerTag, Envelope envelope, BasicProperties properties, byte[] body) {
                Map<String, Object> headers = properties.getHeaders();
                deliveries.add(
                    new Delivery(
                        consumerTag,
                        envelope.getDeliveryTag(),
                        new RawMessage(
                            headers.get(CloudEvents.TYPE).toString(),
                            headers.get(CloudEvents.ID).toString(),
                            body,
                            envelope.isRedeliver())));
              }
            });
    channels.basicConsume(channel, tag, false);
  }
}

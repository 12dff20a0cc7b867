package dev.aftercommit.consumer;

import static dev.aftercommit.consumer.ConsumerDatabase.hired;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import dev.aftercommit.consumer.Reading.Unreadable;
import dev.aftercommit.events.CloudEvents;
import dev.aftercommit.inbox.InboxCounts;
import dev.aftercommit.stack.testing.SharedServers;
import dev.aftercommit.topology.Topology;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What ends in the dead-letter queue is parked, once, and leaves the queue only then. */
class DeadLettersTest {

  private static final String LETTERS = Topology.deadLetterQueueOf(Topology.AGGREGATOR_QUEUE);

  /** The first delivery and as many again as the limit of the queue allows. */
  private static final int DELIVERIES = 11;

  private ConsumerDatabase database;
  private Connection connection;
  private Channel channel;
  private final DeliveryChannels channels = new DeliveryChannels();

  @BeforeEach
  void start() throws Exception {
    SharedServers.get().emptyQueues();
    database = new ConsumerDatabase();
    connection = SharedServers.get().rabbitMq().connect();
    channel = connection.createChannel();
    channel.confirmSelect();
    channels.newConnection(connection);
  }

  @AfterEach
  void stop() throws Exception {
    connection.close();
    database.close();
    SharedServers.get().emptyQueues();
  }

  @Test
  void aMessageThatNobodyAcknowledgesIsParkedAfterItsLastDelivery() throws Exception {
    publish(Topology.AGGREGATOR_QUEUE, hired("1"));
    for (int delivery = 1; delivery <= DELIVERIES; delivery++) {
      assertLetters(0);
      GetResponse delivered =
          await().until(() -> channel.basicGet(Topology.AGGREGATOR_QUEUE, false), Objects::nonNull);
      channel.basicNack(delivered.getEnvelope().getDeliveryTag(), false, true);
    }
    assertLetters(1);

    letters().park();

    assertThat(database.parked()).containsExactly("DEAD_LETTERED");
    assertThat(database.effects()).as("not tried again by itself").isEmpty();
    assertLetters(0);
  }

  @Test
  void aLetterWhoseHistoryIsForgedIsParkedAndTheOnesBehindItToo() throws Exception {
    publish(LETTERS, hired("1"), Map.of("x-death", List.of()));
    publish(LETTERS, hired("2"), Map.of("x-death", "none of the broker's"));
    publish(LETTERS, hired("3"));
    assertLetters(3);

    letters().park();

    assertThat(database.parked()).hasSize(3).containsOnly("DEAD_LETTERED");
    assertLetters(0);
  }

  @Test
  void aLetterThatWasParkedBeforeAKillIsNotParkedTwice() throws Exception {
    RawMessage message = hired("1");
    database.settler().settle(List.of(new Unreadable(message, "DEAD_LETTERED", "by the test")));
    publish(LETTERS, message);
    assertLetters(1);

    letters().park();

    assertThat(database.parked()).hasSize(1);
    assertLetters(0);
  }

  @Test
  void withoutADatabaseLettersStayUntilItIsBack() throws Exception {
    publish(LETTERS, hired("1"));
    publish(LETTERS, hired("2"));
    assertLetters(2);
    database.execute("ALTER TABLE inbox.parked_message RENAME TO gone");
    Thread parking = Thread.ofVirtual().start(this::park);
    assertLetters(0);
    assertThat(parking.isAlive()).isTrue();

    database.execute("ALTER TABLE inbox.gone RENAME TO parked_message");

    await().until(() -> !parking.isAlive());
    assertThat(database.counts()).isEqualTo(new InboxCounts(0, 0, 2));
  }

  @Test
  void withoutTheBrokerNothingIsDone() throws Exception {
    connection.close();
    letters().park();
    connection = SharedServers.get().rabbitMq().connect();

    assertThat(database.parked()).isEmpty();
  }

  private void park() {
    try {
      letters().park();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private DeadLetters letters() {
    return new DeadLetters(
        channels, database.settler(), ConsumerDatabase.config(Map.of()), Topology.AGGREGATOR_QUEUE);
  }

  private void assertLetters(int ready) {
    await().untilAsserted(() -> assertThat(channel.messageCount(LETTERS)).isEqualTo(ready));
  }

  private void publish(String queue, RawMessage message) throws Exception {
    publish(queue, message, Map.of());
  }

  private void publish(String queue, RawMessage message, Map<String, Object> more)
      throws Exception {
    Map<String, Object> headers = new HashMap<>(more);
    headers.put(CloudEvents.TYPE, message.type());
    headers.put(CloudEvents.ID, message.eventId());
    BasicProperties properties =
        MessageProperties.PERSISTENT_BASIC.builder().headers(headers).build();
    channel.basicPublish("", queue, properties, message.body());
    channel.waitForConfirmsOrDie(10_000);
  }
}

package dev.aftercommit.lab.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.aftercommit.lab.LabServer;
import dev.aftercommit.lab.UnusableServerException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LabBrokerTest {

  private static final String QUEUE = "lab-own";

  private Connection connection;
  private Channel channel;

  @BeforeEach
  void connect() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(LabServer.rabbitMq());
    connection = factory.newConnection();
    channel = connection.createChannel();
    channel.confirmSelect();
  }

  @AfterEach
  void close() throws Exception {
    connection.createChannel().queueDelete(QUEUE);
    connection.close();
  }

  @Test
  void everyScheduleFindsTheSameMessagesInTheirOrder() throws Exception {
    try (LabBroker broker = open()) {
      broker.restore();
      publish("more");
      assertThat(broker.contents()).isEqualTo(Map.of(QUEUE, List.of("one", "two", "more")));
      assertThat(broker.contents()).isEqualTo(Map.of(QUEUE, List.of("one", "two", "more")));
      broker.restore();
      assertThat(broker.contents()).isEqualTo(Map.of(QUEUE, List.of("one", "two")));
    }
  }

  /** So many that the broker needs a while to put them back. */
  @Test
  void whoReadsAfterTheLabHasLookedFindsEveryMessage() throws Exception {
    List<String> many = IntStream.range(0, 2_000).mapToObj(Integer::toString).toList();
    try (LabBroker broker = LabBroker.open(LabServer.rabbitMq(), Map.of(QUEUE, many))) {
      broker.restore();
      broker.contents();
      assertThat(channel.basicGet(QUEUE, true).getBody()).asString().isEqualTo("0");
      assertThat(channel.messageCount(QUEUE)).isEqualTo(many.size() - 1);
    }
  }

  @Test
  void aQueueOfItsOwnIsDeleted() throws Exception {
    open().close();

    assertThatThrownBy(() -> channel.queueDeclarePassive(QUEUE))
        .hasStackTraceContaining("no queue");
  }

  @Test
  void aQueueThatWasThereIsEmptiedAndStays() throws Exception {
    declare();
    try (LabBroker broker = open()) {
      broker.restore();
    }
    assertThat(channel.queueDeclarePassive(QUEUE).getMessageCount()).isZero();
  }

  @Test
  void messagesThatWereThereAreNotTouched() throws Exception {
    declare();
    publish("precious");

    assertThatThrownBy(LabBrokerTest::open)
        .isInstanceOf(UnusableServerException.class)
        .hasMessageContaining("Queue 'lab-own' was there before and has 1 messages");
    assertThat(channel.queueDeclarePassive(QUEUE).getMessageCount()).isEqualTo(1);
  }

  private static LabBroker open() throws IOException {
    return LabBroker.open(LabServer.rabbitMq(), Map.of(QUEUE, List.of("one", "two")));
  }

  private void declare() throws IOException {
    channel.queueDeclare(QUEUE, true, false, false, Map.of("x-queue-type", "quorum"));
  }

  private void publish(String text) throws Exception {
    channel.basicPublish("", QUEUE, null, text.getBytes(UTF_8));
    channel.waitForConfirmsOrDie(10_000);
  }
}

package dev.aftercommit.lab.gate.amqp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.GetResponse;
import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.Step;
import dev.aftercommit.lab.gate.Turn;
import org.junit.jupiter.api.Test;

class AmqpDeliveryTest extends AmqpGateFixture {

  @Test
  void nothingIsDeliveredUntilTheLabSaysSo() throws Exception {
    broker.restore();
    consume(false);
    assertThat(received).isEmpty();

    deliver(Turn.RUN);
    Delivery first = receive();
    assertThat(text(first)).isEqualTo("one");
    assertThat(first.getEnvelope().isRedeliver()).isFalse();
    assertThat(first.getEnvelope().getRoutingKey()).isEqualTo(ORDERS);
    assertThat(received).isEmpty();
  }

  @Test
  void aConsumerGetsAsManyMessagesAsItsPrefetchAllows() throws Exception {
    broker.restore();
    channel.basicQos(1);
    consume(false);
    deliver(Turn.RUN);
    Delivery first = receive();
    assertThat(gate.offers()).isEmpty();

    acknowledge(first);
    assertThat(gate.offers()).hasSize(1);
    deliver(Turn.RUN);
    assertThat(text(receive())).isEqualTo("two");
    assertThat(turnstile.seen()).contains("ack lab-orders", "-> settled");
  }

  @Test
  void aLargerPrefetchLetsSeveralMessagesOutAndOneAcknowledgementSettlesThem() throws Exception {
    broker.restore();
    channel.basicQos(2);
    consume(false);
    deliver(Turn.RUN);
    deliver(Turn.RUN);
    receive();
    Delivery second = receive();
    channel.basicAck(second.getEnvelope().getDeliveryTag(), true);
    gate.awaitQuiet();

    assertThat(gate.offers()).isEmpty();
    gate.cut();
    assertThat(ready()).isEmpty();
  }

  @Test
  void aMessageGivenBackIsFirstAgainAndSaysSo() throws Exception {
    broker.restore();
    consume(false);
    deliver(Turn.RUN);
    channel.basicNack(receive().getEnvelope().getDeliveryTag(), false, true);
    gate.awaitQuiet();
    assertThat(ready()).containsExactly("one", "two");

    deliver(Turn.RUN);
    Delivery again = receive();
    assertThat(text(again)).isEqualTo("one");
    channel.basicReject(again.getEnvelope().getDeliveryTag(), false);
    gate.awaitQuiet();
    assertThat(ready()).containsExactly("two");
    assertThat(turnstile.seen()).contains("nack lab-orders and back", "reject lab-orders");
  }

  @Test
  void aDuplicateIsDeliveredOnceMore() throws Exception {
    broker.restore();
    consume(false);
    deliver(Turn.DUPLICATE);
    acknowledge(receive());

    assertThat(ready()).containsExactly("two", "one");
  }

  @Test
  void theMessageOfADeadConsumerIsBack() throws Exception {
    broker.restore();
    consume(false);
    deliver(Turn.RUN);
    turnstile.next(Turn.CONSUMER_DIES);
    acknowledge(receive());

    assertThat(turnstile.seen()).endsWith("ack lab-orders", "-> ERROR LOST");
    assertThat(ready()).containsExactly("one", "two");
    assertThat(turnstile.unsound()).isEmpty();
  }

  @Test
  void aMessageOfAnAutomaticConsumerIsGone() throws Exception {
    broker.restore();
    consume(true);
    deliver(Turn.RUN);
    receive();
    gate.cut();

    assertThat(ready()).containsExactly("two");
  }

  @Test
  void askingForAMessageIsAStep() throws Exception {
    broker.restore();
    GetResponse first = channel.basicGet(ORDERS, false);
    assertThat(new String(first.getBody(), UTF_8)).isEqualTo("one");
    channel.basicGet(ORDERS, true);

    assertThat(channel.basicGet(ORDERS, true)).isNull();
    assertThat(turnstile.seen())
        .containsExactly(
            "get lab-orders", "-> one", "get lab-orders", "-> two", "get lab-orders", "-> nothing");
  }

  @Test
  void closingAChannelWithMessagesInHandIsAStep() throws Exception {
    broker.restore();
    channel.basicGet(ORDERS, false);
    channel.close();

    assertThat(turnstile.seen()).endsWith("close lab-orders", "-> given back");
    assertThat(ready()).containsExactly("one", "two");
  }

  @Test
  void whatIsInHandGoesBackWhenTheScheduleEndsAndTheConnectionStays() throws Exception {
    broker.restore();
    consume(false);
    deliver(Turn.RUN);
    Delivery first = receive();
    gate.mode(Gate.Mode.OPEN);
    assertThat(ready()).containsExactly("one", "two");

    acknowledge(first);
    assertThat(channel.queueDeclarePassive(ORDERS).getMessageCount()).isEqualTo(2);
    assertThat(turnstile.unsound()).isEmpty();
  }

  @Test
  void aConsumerCanBeCancelled() throws Exception {
    broker.restore();
    String tag = channel.basicConsume(ORDERS, (t, delivery) -> {}, t -> {});
    assertThat(gate.offers()).hasSize(1);
    channel.basicCancel(tag);
    assertThat(gate.offers()).isEmpty();
  }

  @Test
  void consumersOfOneQueueAreToldApart() throws Exception {
    broker.restore();
    consume(false);
    consume(false);
    assertThat(gate.offers().stream().map(Step::text))
        .containsExactly("deliver lab-orders", "deliver lab-orders to consumer 2");
  }

  @Test
  void aConsumerOfAQueueThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> channel.basicConsume("nowhere", (tag, delivery) -> {}, tag -> {}))
        .hasStackTraceContaining("no queue 'nowhere'");
  }

  @Test
  void anAcknowledgementOfNothingClosesTheChannel() throws Exception {
    channel.basicAck(7, false);

    assertThatThrownBy(() -> channel.queueDeclarePassive(ORDERS))
        .hasStackTraceContaining("unknown delivery tag 7");
    assertThat(turnstile.seen()).endsWith("-> ERROR 406");
  }

  @Test
  void aProgramIsIdleWhenItHasAcknowledgedAll() throws Exception {
    gate.close();
    connection.abort();
    connect(broker.openerForPrograms());
    broker.restore();
    consume(false);
    deliver(Turn.RUN);
    acknowledge(receive());

    assertThat(turnstile.seen()).endsWith("ack lab-orders", "-> settled", "idle");
  }

  private void acknowledge(Delivery delivery) throws Exception {
    channel.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
    gate.awaitQuiet();
  }
}

package dev.aftercommit.lab.gate.amqp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.Return;
import dev.aftercommit.lab.LabServer;
import dev.aftercommit.lab.broker.LabBroker;
import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.NotingTurnstile;
import dev.aftercommit.lab.gate.Step;
import dev.aftercommit.lab.gate.Turn;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AmqpGateTest {

  private static final String ORDERS = "lab-orders";
  private static final long CONFIRM_MILLIS = 10_000;

  private final NotingTurnstile turnstile = new NotingTurnstile();
  private final BlockingQueue<Delivery> received = new ArrayBlockingQueue<>(10);
  private LabBroker broker;
  private Gate gate;
  private Connection connection;
  private Channel channel;

  @BeforeEach
  void connect() throws Exception {
    broker = LabBroker.open(LabServer.rabbitMq(), Map.of(ORDERS, List.of("one", "two")));
    connect(broker.opener());
  }

  private void connect(Gate.Opener opener) throws Exception {
    gate = opener.open("A", turnstile);
    turnstile.cutsWhenKilling(gate);
    URI direct = LabServer.rabbitMq();
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(direct);
    factory.setHost("127.0.0.1");
    factory.setPort(gate.port());
    factory.setAutomaticRecoveryEnabled(false);
    connection = factory.newConnection();
    channel = connection.createChannel();
    gate.mode(Gate.Mode.STEPS);
  }

  @AfterEach
  void close() throws Exception {
    gate.close();
    connection.abort();
    broker.close();
  }

  @Test
  void aMessageIsAStepThatIsOverWhenTheBrokerHasIt() throws Exception {
    publish("hello");
    channel.close();

    assertThat(turnstile.seen()).containsExactly("publish lab-orders 'hello'", "-> taken");
    assertThat(ready()).containsExactly("hello");
  }

  @Test
  void aConfirmIsAStepOfItsOwnIfTheActorWantsIt() throws Exception {
    channel.confirmSelect();
    publish("one");
    publish("two");
    channel.waitForConfirmsOrDie(CONFIRM_MILLIS);

    assertThat(turnstile.seen())
        .containsExactly(
            "publish lab-orders 'one'",
            "-> taken",
            "confirm lab-orders",
            "-> taken",
            "publish lab-orders 'two'",
            "-> taken",
            "confirm lab-orders",
            "-> taken");
    assertThat(ready()).containsExactly("one", "two");
  }

  @Test
  void aRefusedMessageIsNotAtTheBrokerAndTheActorIsTold() throws Exception {
    channel.confirmSelect();
    turnstile.next(Turn.NACK);
    publish("hello");

    assertThat(channel.waitForConfirms(CONFIRM_MILLIS)).isFalse();
    assertThat(ready()).isEmpty();
    publish("again");
    channel.waitForConfirmsOrDie(CONFIRM_MILLIS);
    assertThat(ready()).containsExactly("again");
  }

  @Test
  void withoutConfirmsARefusalBreaksTheConnection() throws Exception {
    turnstile.next(Turn.NACK);
    publish("hello");

    assertThatThrownBy(() -> channel.queueDeclarePassive(ORDERS)).isInstanceOf(Exception.class);
    assertThat(turnstile.seen()).containsExactly("publish lab-orders 'hello'", "-> ERROR LOST");
    assertThat(ready()).isEmpty();
  }

  @Test
  void theMessageOfALostConfirmIsAtTheBroker() throws Exception {
    channel.confirmSelect();
    turnstile.next(Turn.RUN, Turn.CONFIRM_LOST);
    publish("hello");

    assertThatThrownBy(() -> channel.waitForConfirmsOrDie(CONFIRM_MILLIS))
        .isInstanceOf(Exception.class);
    assertThat(turnstile.seen()).endsWith("confirm lab-orders", "-> ERROR LOST");
    assertThat(ready()).containsExactly("hello");
  }

  @Test
  void aMessageThatNoQueueWantsComesBackWithItsStep() throws Exception {
    List<Return> returned = Collections.synchronizedList(new ArrayList<>());
    channel.addReturnListener(returned::add);
    channel.confirmSelect();
    channel.basicPublish("amq.direct", "nowhere", true, false, null, "lost".getBytes(UTF_8));
    channel.waitForConfirmsOrDie(CONFIRM_MILLIS);

    assertThat(turnstile.seen())
        .startsWith(
            "publish amq.direct/nowhere 'lost'",
            "-> returned, for no queue wants it",
            "confirm amq.direct/nowhere");
    assertThat(returned)
        .singleElement()
        .satisfies(r -> assertThat(r.getBody()).asString().isEqualTo("lost"));
  }

  @Test
  void anExchangeThatIsNotThereClosesTheChannel() throws Exception {
    channel.basicPublish("nowhere", "", null, "lost".getBytes(UTF_8));

    assertThatThrownBy(() -> channel.queueDeclarePassive(ORDERS))
        .hasStackTraceContaining("no exchange 'nowhere'");
    assertThat(turnstile.seen()).containsExactly("publish nowhere/ 'lost'", "-> ERROR 404");
    Channel other = connection.createChannel();
    assertThat(other.queueDeclarePassive(ORDERS).getMessageCount()).isZero();
  }

  @Test
  void aLargeMessageGoesThroughInBothDirections() throws Exception {
    String large = "x".repeat(1_000_000);
    channel.basicPublish(
        "", ORDERS, MessageProperties.PERSISTENT_TEXT_PLAIN, large.getBytes(UTF_8));
    consume(false);
    deliver(Turn.RUN);

    assertThat(text(receive())).isEqualTo(large);
  }

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
  void whatTheLabCannotImitateIsSaid() throws Exception {
    channel.queuePurge(ORDERS);
    channel.basicConsume(ORDERS, false, "", false, true, Map.of(), (tag, d) -> {}, tag -> {});
    gate.offers();

    assertThat(turnstile.unsound())
        .containsExactly(
            "actor A: method 30 of class 50 is not scheduled",
            "actor A: an exclusive consumer at queue lab-orders is not imitated");
  }

  @Test
  void transactionsAreRefused() {
    assertThatThrownBy(() -> channel.txSelect())
        .hasStackTraceContaining("cannot switch from confirm to tx mode");
    assertThat(turnstile.unsound())
        .containsExactly("actor A: method 10 of class 90 is not scheduled");
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

  @Test
  void aWrongPasswordIsTheBrokersBusiness() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(LabServer.rabbitMq());
    factory.setPassword("wrong");
    factory.setHost("127.0.0.1");
    factory.setPort(gate.port());
    assertThatThrownBy(factory::newConnection).hasMessageContaining("ACCESS_REFUSED");
  }

  @Test
  void aDeclaredQueueIsDeclaredAtTheBroker() throws Exception {
    AMQP.Queue.DeclareOk declared = channel.queueDeclare();
    assertThat(channel.queueDeclarePassive(declared.getQueue()).getMessageCount()).isZero();
    assertThat(turnstile.seen()).isEmpty();
  }

  private void publish(String text) throws IOException {
    channel.basicPublish("", ORDERS, null, text.getBytes(UTF_8));
  }

  private void consume(boolean automatic) throws IOException {
    channel.basicConsume(ORDERS, automatic, (tag, delivery) -> received.add(delivery), tag -> {});
  }

  private void deliver(Turn turn) throws InterruptedException {
    gate.awaitQuiet();
    gate.deliver(gate.offers().getFirst(), turn);
  }

  private Delivery receive() throws InterruptedException {
    Delivery delivery = received.poll(10, TimeUnit.SECONDS);
    assertThat(delivery).as("a delivery within 10 s").isNotNull();
    return delivery;
  }

  private void acknowledge(Delivery delivery) throws Exception {
    channel.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
    gate.awaitQuiet();
  }

  private static String text(Delivery delivery) {
    return new String(delivery.getBody(), UTF_8);
  }

  /** What a consumer could have now; the gate's connection may have something in hand. */
  private List<String> ready() throws Exception {
    return broker.contents().get(ORDERS);
  }
}

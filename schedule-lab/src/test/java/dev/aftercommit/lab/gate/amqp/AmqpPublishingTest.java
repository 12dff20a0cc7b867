package dev.aftercommit.lab.gate.amqp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Return;
import dev.aftercommit.lab.gate.Turn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class AmqpPublishingTest extends AmqpGateFixture {

  private static final long CONFIRM_MILLIS = 10_000;

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
  void aConnectionMayBreakBeforeTheBrokerHasTheMessage() throws Exception {
    channel.confirmSelect();
    turnstile.next(Turn.CONFIRM_LOST);
    publish("hello");

    assertThatThrownBy(() -> channel.waitForConfirmsOrDie(CONFIRM_MILLIS))
        .isInstanceOf(Exception.class);
    assertThat(turnstile.seen()).containsExactly("publish lab-orders 'hello'", "-> ERROR LOST");
    assertThat(ready()).isEmpty();
  }

  @Test
  void whatWasSentBehindALostConfirmMayStillBeAtTheBroker() throws Exception {
    channel.confirmSelect();
    turnstile.next(Turn.RUN, Turn.CONFIRM_LOST);
    publish("one");
    publish("two");
    publish("three");

    assertThatThrownBy(() -> channel.waitForConfirmsOrDie(CONFIRM_MILLIS))
        .isInstanceOf(Exception.class);
    assertThat(turnstile.seen())
        .containsExactly(
            "publish lab-orders 'one'",
            "-> taken",
            "confirm lab-orders",
            "-> ERROR LOST",
            "publish lab-orders 'two'",
            "-> taken",
            "publish lab-orders 'three'",
            "-> taken");
    assertThat(ready()).containsExactly("one", "two", "three");
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

  private void publish(String text) throws IOException {
    channel.basicPublish("", ORDERS, null, text.getBytes(UTF_8));
  }
}

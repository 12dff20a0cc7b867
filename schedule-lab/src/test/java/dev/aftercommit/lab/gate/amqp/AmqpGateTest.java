package dev.aftercommit.lab.gate.amqp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import dev.aftercommit.lab.LabServer;
import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.Turn;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AmqpGateTest extends AmqpGateFixture {

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
  void whoConnectsWhileTheBrokerIsGoneIsNotLeftWaiting() throws Exception {
    InetAddress here = InetAddress.getLoopbackAddress();
    InetSocketAddress gone = new InetSocketAddress(here, unusedPort());
    try (Gate lonely = AmqpGate.opener(gone, "/").open("A", turnstile);
        Socket client = new Socket(here, lonely.port())) {
      client.setSoTimeout(10_000);
      assertThat(client.getInputStream().read()).as("the end").isEqualTo(-1);
      assertThat(turnstile.unsound())
          .singleElement(STRING)
          .contains("actor A: a connection failed");
    }
  }

  private static int unusedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
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
  void anotherVirtualHostThanThatOfTheQueuesIsRefusedAndSaid() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(LabServer.rabbitMq());
    factory.setVirtualHost("elsewhere");
    factory.setHost("127.0.0.1");
    factory.setPort(gate.port());

    assertThatThrownBy(factory::newConnection)
        .hasStackTraceContaining("NOT_ALLOWED - the lab's queues are in another virtual host");
    assertThat(turnstile.unsound())
        .containsExactly(
            "actor A: it opens the virtual host 'elsewhere', but the queues are in '/', which the lab's address names");
    assertThat(channel.queueDeclarePassive(ORDERS).getQueue()).isEqualTo(ORDERS);
  }

  @Test
  void aDeclaredQueueIsDeclaredAtTheBroker() throws Exception {
    AMQP.Queue.DeclareOk declared = channel.queueDeclare();
    assertThat(channel.queueDeclarePassive(declared.getQueue()).getMessageCount()).isZero();
    assertThat(turnstile.seen()).isEmpty();
  }
}

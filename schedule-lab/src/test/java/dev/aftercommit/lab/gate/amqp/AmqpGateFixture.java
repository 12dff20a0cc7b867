package dev.aftercommit.lab.gate.amqp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import dev.aftercommit.lab.LabServer;
import dev.aftercommit.lab.broker.LabBroker;
import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.NotingTurnstile;
import dev.aftercommit.lab.gate.Turn;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An actor with a connection through a gate, and a queue of two messages. */
abstract class AmqpGateFixture {

  static final String ORDERS = "lab-orders";

  final NotingTurnstile turnstile = new NotingTurnstile();
  final BlockingQueue<Delivery> received = new ArrayBlockingQueue<>(10);
  LabBroker broker;
  Gate gate;
  Connection connection;
  Channel channel;

  @BeforeEach
  void connect() throws Exception {
    broker = LabBroker.open(LabServer.rabbitMq(), Map.of(ORDERS, List.of("one", "two")));
    connect(broker.opener());
  }

  void connect(Gate.Opener opener) throws Exception {
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

  void consume(boolean automatic) throws IOException {
    channel.basicConsume(ORDERS, automatic, (tag, delivery) -> received.add(delivery), tag -> {});
  }

  void deliver(Turn turn) throws InterruptedException {
    gate.awaitQuiet();
    gate.deliver(gate.offers().getFirst(), turn);
  }

  Delivery receive() throws InterruptedException {
    Delivery delivery = received.poll(10, TimeUnit.SECONDS);
    assertThat(delivery).as("a delivery within 10 s").isNotNull();
    return delivery;
  }

  static String text(Delivery delivery) {
    return new String(delivery.getBody(), UTF_8);
  }

  /** What a consumer could have now; the gate's connection may have something in hand. */
  List<String> ready() throws Exception {
    return broker.contents().get(ORDERS);
  }
}

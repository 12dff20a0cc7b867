package dev.aftercommit.relay.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.aftercommit.stack.servers.RabbitMqServer;
import dev.aftercommit.stack.testing.SharedServers;
import dev.aftercommit.topology.Topology;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class BrokerTest {

  private final RabbitMqServer server = SharedServers.get().rabbitMq();

  @Test
  void theTopologyIsDeclaredAtEachConnectUnlessOperatorsDoThat() throws Exception {
    try (Connection operator = server.connect();
        Channel channel = operator.createChannel()) {
      channel.exchangeDelete(Topology.EVENTS_EXCHANGE);

      connect(false).close();
      assertThat(isDeclared(operator)).isFalse();

      connect(true).close();
      assertThat(isDeclared(operator)).isTrue();
    }
  }

  @Test
  void aConnectionOverWhichTheTopologyCannotBeDeclaredIsClosed() throws Exception {
    try (Connection operator = server.connect();
        Channel channel = operator.createChannel()) {
      channel.exchangeDelete(Topology.EVENTS_EXCHANGE);
      channel.exchangeDeclare(Topology.EVENTS_EXCHANGE, BuiltinExchangeType.FANOUT, true);
      long before = connectionsOpen();
      try {
        assertThatThrownBy(() -> connect(true)).isInstanceOf(IOException.class);
        await().until(() -> connectionsOpen() == before);
      } finally {
        channel.exchangeDelete(Topology.EVENTS_EXCHANGE);
        Topology.declare(channel);
      }
    }
  }

  /** Each open connection of this program has a thread that reads from it. */
  private long connectionsOpen() {
    String name = "AMQP Connection %s:%d".formatted(server.host(), server.port());
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .count();
  }

  private Connection connect(boolean declareTopology) throws IOException {
    return new Broker(
            new BrokerConfig(
                server.host(),
                server.port(),
                server.username(),
                server.password(),
                server.virtualHost(),
                declareTopology))
        .connect();
  }

  private static boolean isDeclared(Connection connection) throws IOException {
    Channel probe = connection.createChannel();
    try {
      probe.exchangeDeclarePassive(Topology.EVENTS_EXCHANGE);
      probe.abort();
      return true;
    } catch (IOException e) {
      // The broker closes a channel that asks for an exchange that is not there.
      return false;
    }
  }
}

package dev.aftercommit.relay.publish;

import static org.assertj.core.api.Assertions.assertThat;

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

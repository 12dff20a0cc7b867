package dev.aftercommit.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.aftercommit.lab.LabCache;
import dev.aftercommit.lab.LabServer;
import dev.aftercommit.lab.UnusableServerException;
import dev.aftercommit.lab.cache.RedisAddress;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;

class ScenarioWorldTest {

  private static final String QUEUE = "lab.full";

  private static final String SCENARIO =
      """
      redis { SET k v }
      queue lab.full { id=1 }
      session A
      step a { SELECT 1; }
      """;

  @Test
  void aServerThatCannotBeUsedLeavesNothingOpenAtTheOthers() throws Exception {
    Scenario scenario = ScenarioParser.parse("test", SCENARIO, Map.of());
    Addresses servers =
        new Addresses(LabServer.address(), LabCache.address(), LabServer.rabbitMq());
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(LabServer.rabbitMq());

    try (Connection connection = factory.newConnection();
        Channel channel = connection.createChannel();
        Jedis redis = connect(LabCache.address())) {
      channel.queueDeclare(QUEUE, false, false, false, Map.of());
      channel.confirmSelect();
      channel.basicPublish("", QUEUE, null, new byte[1]);
      channel.waitForConfirmsOrDie();
      Set<String> before = clients(redis);

      assertThatThrownBy(() -> ScenarioWorld.open(scenario, servers))
          .isInstanceOf(UnusableServerException.class);

      assertThat(clients(redis)).isEqualTo(before);
      channel.queueDelete(QUEUE);
    }
  }

  private static Jedis connect(RedisAddress server) {
    return new Jedis(
        server.host(),
        server.port(),
        DefaultJedisClientConfig.builder().password(server.password()).build());
  }

  private static Set<String> clients(Jedis redis) {
    return redis
        .clientList()
        .lines()
        .map(line -> line.substring(0, line.indexOf(' ')))
        .collect(Collectors.toSet());
  }
}

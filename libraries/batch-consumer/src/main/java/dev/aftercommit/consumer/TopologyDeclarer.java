package dev.aftercommit.consumer;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.aftercommit.topology.Topology;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Declares exchanges and queues before the channel is subscribed to. */
@Singleton
class TopologyDeclarer {

  private static final Logger LOG = Logger.getLogger(TopologyDeclarer.class);
  private static final int CONNECT_LIMIT_MILLIS = 5_000;

  private final ConnectionFactory factory = new ConnectionFactory();
  private final Duration retry;

  TopologyDeclarer(
      ConsumerConfig config,
      @ConfigProperty(name = "rabbitmq-host") String host,
      @ConfigProperty(name = "rabbitmq-port") int port,
      @ConfigProperty(name = "rabbitmq-username") String username,
      @ConfigProperty(name = "rabbitmq-password") String password,
      @ConfigProperty(name = "rabbitmq-virtual-host") String virtualHost) {
    retry = config.brokerRetry();
    factory.setHost(host);
    factory.setPort(port);
    factory.setUsername(username);
    factory.setPassword(password);
    factory.setVirtualHost(virtualHost);
    factory.setConnectionTimeout(CONNECT_LIMIT_MILLIS);
    factory.setAutomaticRecoveryEnabled(false);
  }

  /** Returns when the broker has the topology; tries as long as it takes. */
  void declare() throws InterruptedException {
    for (int tries = 1; ; tries++) {
      try (Connection connection = factory.newConnection("topology");
          Channel channel = connection.createChannel()) {
        Topology.declare(channel);
        return;
      } catch (IOException | TimeoutException e) {
        LOG.warnf(
            "topology not declared at %s:%d, try %d, next in %d ms: %s",
            factory.getHost(), factory.getPort(), tries, retry.toMillis(), e);
        Thread.sleep(retry);
      }
    }
  }
}

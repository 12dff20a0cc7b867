package dev.aftercommit.consumer;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.aftercommit.topology.Topology;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Declares exchanges and queues before the channel is subscribed to. */
@Singleton
class TopologyDeclarer {

  private static final Logger LOG = Logger.getLogger(TopologyDeclarer.class);
  private static final int CONNECT_LIMIT_MILLIS = 5_000;

  private final ConnectionFactory factory = new ConnectionFactory();
  private final String queue;

  TopologyDeclarer(
      @ConfigProperty(name = "mp.messaging.incoming.employee-events.queue.name") String queue,
      @ConfigProperty(name = "rabbitmq-host") String host,
      @ConfigProperty(name = "rabbitmq-port") int port,
      @ConfigProperty(name = "rabbitmq-username") String username,
      @ConfigProperty(name = "rabbitmq-password") String password,
      @ConfigProperty(name = "rabbitmq-virtual-host") String virtualHost) {
    this.queue = queue;
    factory.setHost(host);
    factory.setPort(port);
    factory.setUsername(username);
    factory.setPassword(password);
    factory.setVirtualHost(virtualHost);
    factory.setConnectionTimeout(CONNECT_LIMIT_MILLIS);
    factory.setHandshakeTimeout(CONNECT_LIMIT_MILLIS);
    factory.setChannelRpcTimeout(CONNECT_LIMIT_MILLIS);
    factory.setAutomaticRecoveryEnabled(false);
  }

  /** Where the broker is, as people write it. */
  String address() {
    return factory.getHost() + ":" + factory.getPort();
  }

  /**
   * Sees to it that the broker has the topology, over a connection of its own, with short limits.
   *
   * @throws IOException when the broker is away, or refuses
   * @throws TimeoutException when it does not answer
   */
  void declare() throws IOException, TimeoutException {
    try (Connection connection = factory.newConnection("topology")) {
      boolean missing = isMissing(connection);
      try (Channel channel = connection.createChannel()) {
        Topology.declare(channel);
      }
      if (missing) {
        LOG.warnf(
            "queue %s was not there and is declared anew: events that were published while it was missing have not reached this consumer; unless this is its first start, republish them (POST /relay/republish at the relay)",
            queue);
      }
    } catch (AlreadyClosedException e) {
      throw new IOException("the connection ended meanwhile", e);
    }
  }

  /** A passive declaration that fails closes its channel, so it has one of its own. */
  private boolean isMissing(Connection connection) throws IOException, TimeoutException {
    Channel channel = connection.createChannel();
    try {
      channel.queueDeclarePassive(queue);
      channel.close();
      return false;
    } catch (IOException notFound) {
      return connection.isOpen();
    }
  }
}

package dev.aftercommit.relay.publish;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.aftercommit.topology.Topology;
import java.io.IOException;
import java.util.concurrent.TimeoutException;

/** Where RabbitMQ is, and how to connect to it. */
public final class Broker {

  private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
  private static final int HEARTBEAT_SECONDS = 5;

  private final ConnectionFactory factory = new ConnectionFactory();
  private final boolean declareTopology;

  public Broker(BrokerConfig config) {
    declareTopology = config.declareTopology();
    factory.setHost(config.host());
    factory.setPort(config.port());
    factory.setUsername(config.username());
    factory.setPassword(config.password());
    factory.setVirtualHost(config.virtualHost());
    factory.setConnectionTimeout(CONNECT_TIMEOUT_MILLIS);
    factory.setRequestedHeartbeat(HEARTBEAT_SECONDS);
    // The relay starts over from its cursor; a connection that heals itself would hide what it
    // lost.
    factory.setAutomaticRecoveryEnabled(false);
    factory.setTopologyRecoveryEnabled(false);
  }

  /** Connects, and declares the topology where that is wanted. */
  public Connection connect() throws IOException {
    try {
      Connection connection = factory.newConnection("outbox-relay");
      if (declareTopology) {
        try (Channel channel = connection.createChannel()) {
          Topology.declare(channel);
        }
      }
      return connection;
    } catch (TimeoutException e) {
      throw new IOException("no answer from RabbitMQ at " + address(), e);
    }
  }

  /** Host and port, for messages. */
  public String address() {
    return factory.getHost() + ":" + factory.getPort();
  }
}

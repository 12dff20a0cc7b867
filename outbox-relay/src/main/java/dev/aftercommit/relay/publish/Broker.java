package dev.aftercommit.relay.publish;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.aftercommit.topology.Topology;
import java.io.IOException;
import java.util.concurrent.TimeoutException;

/** Where RabbitMQ is, and how to connect to it. */
public final class Broker {

  private static final int TIMEOUT_MILLIS = 5_000;
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
    factory.setConnectionTimeout(TIMEOUT_MILLIS);
    factory.setHandshakeTimeout(TIMEOUT_MILLIS);
    factory.setChannelRpcTimeout(TIMEOUT_MILLIS);
    factory.setRequestedHeartbeat(HEARTBEAT_SECONDS);
    // The relay starts over from its cursor; a connection that heals itself would hide what it
    // lost.
    factory.setAutomaticRecoveryEnabled(false);
    factory.setTopologyRecoveryEnabled(false);
  }

  /** Connects, and declares the topology where that is wanted. */
  public Connection connect() throws IOException {
    Connection connection = connect("outbox-relay");
    if (declareTopology) {
      try (Channel channel = connection.createChannel()) {
        Topology.declare(channel);
      } catch (TimeoutException e) {
        connection.abort(TIMEOUT_MILLIS);
        throw noAnswer(e);
      } catch (IOException | RuntimeException e) {
        connection.abort(TIMEOUT_MILLIS);
        throw e;
      }
    }
    return connection;
  }

  /** Connects and declares nothing. */
  public Connection connect(String name) throws IOException {
    try {
      return factory.newConnection(name);
    } catch (TimeoutException e) {
      throw noAnswer(e);
    }
  }

  /** Whether the relay is the one that declares the topology. */
  public boolean declaresTopology() {
    return declareTopology;
  }

  /**
   * Asks the broker over a new connection for all that the relay needs to publish; bounded in time.
   *
   * @throws IOException when it is away, does not answer, or refuses
   */
  public void check() throws IOException {
    try (Connection connection = connect()) {
      connection.createChannel();
    }
  }

  /** Host and port, for messages. */
  public String address() {
    return factory.getHost() + ":" + factory.getPort();
  }

  private IOException noAnswer(Exception cause) {
    return new IOException("no answer from RabbitMQ at " + address(), cause);
  }
}

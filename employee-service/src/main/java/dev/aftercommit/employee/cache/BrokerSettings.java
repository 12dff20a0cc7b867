package dev.aftercommit.employee.cache;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.impl.DefaultExceptionHandler;
import dev.aftercommit.topology.Topology;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Where RabbitMQ is, by the names that all services use. */
@Singleton
class BrokerSettings {

  private static final Logger LOG = Logger.getLogger(BrokerSettings.class);
  private static final int CONNECT_LIMIT_MILLIS = 5_000;
  private static final int ANSWER_LIMIT_MILLIS = 30_000;
  private static final int CLOSE_LIMIT_MILLIS = 1_000;
  private static final int HEARTBEAT_SECONDS = 10;

  private final ConnectionFactory factory = new ConnectionFactory();

  BrokerSettings(
      @ConfigProperty(name = "rabbitmq-host") String host,
      @ConfigProperty(name = "rabbitmq-port") int port,
      @ConfigProperty(name = "rabbitmq-username") String username,
      @ConfigProperty(name = "rabbitmq-password") String password,
      @ConfigProperty(name = "rabbitmq-virtual-host") String virtualHost) {
    factory.setHost(host);
    factory.setPort(port);
    factory.setUsername(username);
    factory.setPassword(password);
    factory.setVirtualHost(virtualHost);
    factory.setConnectionTimeout(CONNECT_LIMIT_MILLIS);
    factory.setHandshakeTimeout(CONNECT_LIMIT_MILLIS);
    factory.setChannelRpcTimeout(ANSWER_LIMIT_MILLIS);
    factory.setRequestedHeartbeat(HEARTBEAT_SECONDS);
    factory.setAutomaticRecoveryEnabled(false);
    factory.setExceptionHandler(new Quiet());
  }

  /** What goes wrong ends the channel or the connection, which whoever uses it tells. */
  private static final class Quiet extends DefaultExceptionHandler {
    @Override
    protected void log(String message, Throwable e) {
      LOG.debug(message, e);
    }
  }

  /** A new connection, which must be given to {@link #close}. */
  Connection connect(String name) throws IOException, TimeoutException {
    return factory.newConnection(name);
  }

  /** Closes a connection in whatever state, without waiting for long. */
  static void close(Connection connection) {
    connection.abort(CLOSE_LIMIT_MILLIS);
  }

  /** Does over a connection of its own what a consumer does first. */
  void check() throws IOException, TimeoutException {
    Connection connection = connect("employee-service cache check");
    try {
      Channel channel = connection.createChannel();
      Topology.declare(channel);
    } finally {
      close(connection);
    }
  }

  @Override
  public String toString() {
    return "RabbitMQ at %s:%d".formatted(factory.getHost(), factory.getPort());
  }
}

package dev.aftercommit.employee.cache;

import com.rabbitmq.client.ConnectionFactory;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Where RabbitMQ is, by the names that all services use. */
@Singleton
class BrokerSettings {

  private static final int CONNECT_LIMIT_MILLIS = 5_000;
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
    factory.setRequestedHeartbeat(HEARTBEAT_SECONDS);
    factory.setAutomaticRecoveryEnabled(false);
  }

  ConnectionFactory factory() {
    return factory;
  }
}

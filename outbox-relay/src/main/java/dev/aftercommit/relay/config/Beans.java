package dev.aftercommit.relay.config;

import dev.aftercommit.relay.publish.Broker;
import dev.aftercommit.relay.publish.BrokerConfig;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Objects that are not beans by themselves. The broker's settings have the names of the SmallRye
 * connector's, so that all services are configured alike.
 */
class Beans {

  @Produces
  @Singleton
  Broker broker(
      RelayConfig relay,
      @ConfigProperty(name = "rabbitmq-host", defaultValue = "localhost") String host,
      @ConfigProperty(name = "rabbitmq-port", defaultValue = "5672") int port,
      @ConfigProperty(name = "rabbitmq-username", defaultValue = "guest") String username,
      @ConfigProperty(name = "rabbitmq-password", defaultValue = "guest") String password,
      @ConfigProperty(name = "rabbitmq-virtual-host", defaultValue = "/") String virtualHost) {
    return new Broker(
        new BrokerConfig(host, port, username, password, virtualHost, relay.declareTopology()));
  }

  @Produces
  @Singleton
  Clock clock() {
    return Clock.systemUTC();
  }
}

package dev.aftercommit.lab;

import dev.aftercommit.lab.database.ServerAddress;
import dev.aftercommit.lab.scenario.Addresses;
import dev.aftercommit.lab.stack.StackAddresses;
import dev.aftercommit.stack.testing.SharedServers;
import java.net.URI;

/** The servers of this JVM's tests. */
public final class LabServer {

  private LabServer() {}

  /** Where all are. */
  public static Addresses addresses() {
    return new Addresses(address(), LabCache.address(), rabbitMq());
  }

  /** RabbitMQ's AMQP URI. */
  public static URI rabbitMq() {
    return URI.create(SharedServers.get().rabbitMq().amqpUri());
  }

  /** Where PostgreSQL is. */
  public static ServerAddress address() {
    return StackAddresses.of(SharedServers.get().postgres());
  }
}

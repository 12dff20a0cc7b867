package dev.aftercommit.stack.testing;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.aftercommit.stack.servers.PostgresServer;
import dev.aftercommit.stack.servers.RabbitMqServer;
import dev.aftercommit.stack.servers.RedisServer;
import dev.aftercommit.stack.servers.ServerKind;
import dev.aftercommit.stack.servers.Servers;
import dev.aftercommit.stack.servers.ServersConfig;
import dev.aftercommit.topology.Topology;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One server of each kind for all tests of this JVM, started when first asked for and stopped when
 * the JVM ends. Tests that stop or kill a server must start it again.
 */
public final class SharedServers {

  private static final SharedServers INSTANCE = new SharedServers();

  private final Map<ServerKind, Servers> started = new ConcurrentHashMap<>();
  private final AtomicInteger databases = new AtomicInteger();

  private SharedServers() {}

  /** The servers of this JVM. */
  public static SharedServers get() {
    return INSTANCE;
  }

  public PostgresServer postgres() {
    return started(ServerKind.POSTGRES).postgres();
  }

  public RabbitMqServer rabbitMq() {
    return started(ServerKind.RABBITMQ).rabbitMq();
  }

  public RedisServer redis() {
    return started(ServerKind.REDIS).redis();
  }

  private Servers started(ServerKind kind) {
    return started.computeIfAbsent(
        kind, wanted -> Servers.start(ServersConfig.of(wanted).withProgress(System.out::println)));
  }

  /**
   * A new, empty database. It goes when it is closed, or with the server.
   *
   * @param prefix how its name starts
   * @param owner a role of {@code infra/postgres/init.sql}
   */
  public FreshDatabase freshDatabase(String prefix, String owner) {
    // The process id keeps apart JVMs that share a server named by the environment.
    String name =
        "%s_%d_%d".formatted(prefix, ProcessHandle.current().pid(), databases.incrementAndGet());
    return FreshDatabase.create(postgres(), name, owner);
  }

  /** Declares the system's exchanges and queues and throws away every message in them. */
  public void emptyQueues() {
    try (Connection connection = rabbitMq().connect();
        Channel channel = connection.createChannel()) {
      Topology.declare(channel);
      for (String queue : Topology.queues()) {
        channel.queuePurge(queue);
        channel.queuePurge(Topology.deadLetterQueueOf(queue));
      }
    } catch (IOException | TimeoutException e) {
      throw new IllegalStateException("Cannot empty the queues of " + rabbitMq().origin(), e);
    }
  }
}

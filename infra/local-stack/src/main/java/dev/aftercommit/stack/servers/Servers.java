package dev.aftercommit.stack.servers;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The servers the system stands on, real ones. Each comes, in this order, from the environment
 * ({@code AFTERCOMMIT_POSTGRES_URL}, {@code AFTERCOMMIT_RABBITMQ_URL}, {@code
 * AFTERCOMMIT_REDIS_URL}), from a container where a Docker engine answers, or as a private process
 * on free ports of 127.0.0.1.
 *
 * <p>PostgreSQL has the databases and roles of {@code infra/postgres/init.sql} when {@link #start}
 * returns. What was started is stopped by {@link #close}, by the end of this program, or, if it is
 * killed, by the next program that uses the same data folder.
 */
public final class Servers implements AutoCloseable {

  private final Map<ServerKind, Server> servers = new EnumMap<>(ServerKind.class);
  private final DataFolder data;
  private final Thread shutdownHook = new Thread(this::closeAll, "stop-servers");
  private boolean closed;

  private Servers(DataFolder data) {
    this.data = data;
  }

  /**
   * Starts what is wanted, in parallel, and returns when each server answers.
   *
   * @throws ServerException if one cannot be provided; the others are stopped again
   */
  public static Servers start(ServersConfig config) {
    DataFolder data =
        config.keptFolder() == null ? DataFolder.temporary() : DataFolder.kept(config.keptFolder());
    Servers servers = new Servers(data);
    Runtime.getRuntime().addShutdownHook(servers.shutdownHook);
    try {
      servers.startAll(config, new ServerFactory(config, data));
      return servers;
    } catch (RuntimeException e) {
      servers.close();
      throw e;
    }
  }

  private void startAll(ServersConfig config, ServerFactory factory) {
    Parallel.run(
        config.wanted().stream()
            .<Runnable>map(kind -> () -> startOne(config, factory, kind))
            .toList());
  }

  private void startOne(ServersConfig config, ServerFactory factory, ServerKind kind) {
    long begin = System.nanoTime();
    Server server = factory.create(kind);
    synchronized (this) {
      servers.put(kind, server);
    }
    server.start();
    factory.prepare(server);
    config
        .progress()
        .accept(
            "%s at %s:%d (%s), %.1f s"
                .formatted(
                    kind.title(),
                    server.host(),
                    server.port(),
                    server.origin(),
                    (System.nanoTime() - begin) / 1e9));
  }

  /**
   * The PostgreSQL server.
   *
   * @throws IllegalStateException if it was not wanted; the same holds for the others
   */
  public PostgresServer postgres() {
    return (PostgresServer) server(ServerKind.POSTGRES);
  }

  /** The RabbitMQ broker. */
  public RabbitMqServer rabbitMq() {
    return (RabbitMqServer) server(ServerKind.RABBITMQ);
  }

  /** The Redis server. */
  public RedisServer redis() {
    return (RedisServer) server(ServerKind.REDIS);
  }

  private synchronized Server server(ServerKind kind) {
    @Nullable Server server = servers.get(kind);
    if (server == null) {
      throw new IllegalStateException(
          "%s was not started: name it in the ServersConfig, which named %s"
              .formatted(kind.title(), servers.keySet()));
    }
    return server;
  }

  /** Stops what was started and, unless the data folder is kept, removes the data. */
  @Override
  public void close() {
    closeAll();
    try {
      Runtime.getRuntime().removeShutdownHook(shutdownHook);
    } catch (IllegalStateException e) {
      // The program is ending: the hook runs or has run, and closing twice is harmless.
    }
  }

  private synchronized void closeAll() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      Parallel.run(servers.values().stream().<Runnable>map(server -> server::close).toList());
    } finally {
      data.close();
    }
  }
}

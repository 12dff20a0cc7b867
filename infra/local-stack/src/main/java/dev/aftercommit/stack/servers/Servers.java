package dev.aftercommit.stack.servers;

import dev.aftercommit.stack.process.DataFolder;
import dev.aftercommit.stack.process.Parallel;
import dev.aftercommit.stack.process.PortTries;
import dev.aftercommit.stack.process.ShutdownHook;
import dev.aftercommit.stack.process.StackException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
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
  private final ServersConfig config;
  private final Consumer<Server> whenStarted;
  private final Runnable afterClose;
  private boolean closed;

  private Servers(
      DataFolder data, ServersConfig config, Consumer<Server> whenStarted, Runnable afterClose) {
    this.data = data;
    this.config = config;
    this.whenStarted = whenStarted;
    this.afterClose = afterClose;
  }

  /**
   * Starts what is wanted, in parallel, and returns when each server answers. What was started is
   * stopped by {@link #close}, by the end of this program, or, if it is killed, by the next program
   * that starts servers.
   *
   * @throws StackException if one cannot be provided; the others are stopped again
   */
  public static Servers start(ServersConfig config) {
    Path kept = config.keptFolder();
    DataFolder data = kept == null ? DataFolder.temporary() : DataFolder.kept(kept);
    ShutdownHook hook = new ShutdownHook("stop-servers");
    Servers servers =
        new Servers(
            data,
            config,
            server -> {},
            () -> {
              data.close();
              hook.cancel();
            });
    hook.run(servers::close);
    servers.start();
    return servers;
  }

  /**
   * Servers that have yet to be started, for a program that owns the data folder and closes both
   * itself.
   *
   * @param whenStarted is told of each server as soon as it answers, while the others may still
   *     start; what it throws fails the start
   */
  public static Servers within(
      DataFolder data, ServersConfig config, Consumer<Server> whenStarted) {
    return new Servers(data, config, whenStarted, () -> {});
  }

  /**
   * Removes everything that servers keep in the folder, and ends what a killed program left running
   * there.
   *
   * @throws StackException if a running program uses it
   */
  public static void removeData(Path folder) {
    try (DataFolder data = DataFolder.kept(folder)) {
      if (Docker.answers(System.getenv())) {
        Docker.removeLeftBehind(data.root());
        Docker.removeVolumes(data.root());
      }
    }
    DataFolder.delete(folder);
  }

  /**
   * Starts what is wanted, in parallel, and returns when each server answers.
   *
   * @throws StackException if one cannot be provided; the others are stopped again
   */
  public void start() {
    try {
      ServerFactory factory = new ServerFactory(config, data);
      Parallel.run(
          config.wanted().stream().<Runnable>map(kind -> () -> startOne(factory, kind)).toList());
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void startOne(ServerFactory factory, ServerKind kind) {
    long begin = System.nanoTime();
    Server server = startOnFreePorts(kind, factory::create);
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
    whenStarted.accept(server);
  }

  /** Also for tests, which take a port between its choice and the start. */
  Server startOnFreePorts(ServerKind kind, Function<ServerKind, Server> create) {
    return new PortTries(data.ports(), config.progress())
        .start(
            kind.title(),
            kind.ports(),
            () -> {
              Server server = create.apply(kind);
              register(kind, server);
              start(server);
              return server;
            });
  }

  private void start(Server server) {
    try {
      server.start();
    } catch (StackException e) {
      server.close();
      throw e;
    }
    if (isClosed()) {
      // Closed between the two: the process came too late to be found.
      server.close();
      throw new StackException(server.kind().title() + " was stopped while it started");
    }
  }

  private synchronized void register(ServerKind kind, Server server) {
    if (closed) {
      throw new StackException(kind.title() + " was not started: the stack is being stopped");
    }
    servers.put(kind, server);
  }

  private synchronized boolean isClosed() {
    return closed;
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

  /** Whether the address of this server is known; it may not answer yet. */
  public synchronized boolean isKnown(ServerKind kind) {
    return servers.containsKey(kind);
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

  /**
   * Stops what was started and, unless the data folder is kept, removes the data. Closing twice is
   * harmless.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      Parallel.run(servers.values().stream().<Runnable>map(server -> server::close).toList());
    } finally {
      afterClose.run();
    }
  }
}

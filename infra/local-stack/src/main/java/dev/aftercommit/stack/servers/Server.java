package dev.aftercommit.stack.servers;

import dev.aftercommit.stack.process.Lifecycle;
import dev.aftercommit.stack.process.Readiness;
import dev.aftercommit.stack.process.StackException;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * A running server and the handles that fault tests need. Stopping, killing and starting again keep
 * port and data.
 *
 * <p>A server that the environment named (for example {@code AFTERCOMMIT_POSTGRES_URL}) belongs to
 * somebody else: {@link #stop}, {@link #kill}, {@link #restart} and {@link #pause} refuse with an
 * {@link UnsupportedOperationException}.
 */
public abstract sealed class Server permits PostgresServer, RabbitMqServer, RedisServer {

  private final ServerKind kind;
  private final Lifecycle lifecycle;
  private final Duration startLimit;

  Server(ServerKind kind, Lifecycle lifecycle, Duration startLimit) {
    this.kind = kind;
    this.lifecycle = lifecycle;
    this.startLimit = startLimit;
  }

  /** The host that clients on this machine connect to. */
  public abstract String host();

  /** The port that clients on this machine connect to; stays the same over restarts. */
  public abstract int port();

  /** Fails unless a client can connect and the server answers it. */
  abstract void probe() throws Exception;

  public ServerKind kind() {
    return kind;
  }

  /** How the server is run, for people: given, container (with image) or process. */
  public String origin() {
    return lifecycle.origin();
  }

  /**
   * Its process, for its CPU time; empty when it runs in a container or belongs to somebody else.
   */
  public OptionalLong processId() {
    return lifecycle.processId();
  }

  /**
   * Starts the server, unless it runs, and returns when it answers a client.
   *
   * @throws StackException with the end of the server's log if it does not answer within the start
   *     limit
   */
  public void start() {
    lifecycle.start();
    String name = "%s at %s:%d".formatted(kind.title(), host(), port());
    Readiness.await(name, this::probe, lifecycle, startLimit);
  }

  /** Stops the server in good order; what it had accepted is on disk. */
  public void stop() {
    lifecycle.stop();
  }

  /** Kills the server with SIGKILL, as a crash would. */
  public void kill() {
    lifecycle.kill();
  }

  /** Holds the server, so that it answers nobody until {@link #resume}. */
  public void pause() {
    lifecycle.pause();
  }

  /** Lets a paused server go on. */
  public void resume() {
    lifecycle.resume();
  }

  /** {@link #stop} and {@link #start}. */
  public void restart() {
    stop();
    start();
  }

  /** Whether the server's process is there; it may not answer yet. */
  public boolean isRunning() {
    return lifecycle.isRunning();
  }

  void close() {
    lifecycle.close();
  }
}

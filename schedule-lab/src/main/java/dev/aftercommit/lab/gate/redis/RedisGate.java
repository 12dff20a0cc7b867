package dev.aftercommit.lab.gate.redis;

import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.Turnstile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A port that is Redis to one actor, in RESP2 and RESP3.
 *
 * <p>Each command is a step, and so is a transaction: its commands pass, and EXEC waits. Which keys
 * a command touches is known of the common ones; scripts and whatever else may touch all of them.
 *
 * <p>Not scheduled, and told as such: commands that block, subscriptions, MONITOR and client-side
 * caching. Not scheduled, and not noticed: time. A key with an expiry shorter than a schedule takes
 * can vanish in it anywhere; with a longer one it does not expire at all. That somebody has sent a
 * script before counts as no difference.
 *
 * <p>The gate speaks plain Redis, without TLS. Authentication and the choice of the database index
 * are the actor's.
 */
public final class RedisGate implements Gate {

  private final String actor;
  private final InetSocketAddress server;
  private final Turnstile turnstile;
  private final ServerSocket socket;
  private final Set<RedisConnection> connections = ConcurrentHashMap.newKeySet();
  private volatile Mode mode = Mode.OPEN;

  /**
   * Opens the port.
   *
   * @param actor who will connect
   * @param server where Redis listens
   * @param turnstile where steps wait
   */
  public RedisGate(String actor, InetSocketAddress server, Turnstile turnstile) {
    this.actor = actor;
    this.server = server;
    this.turnstile = turnstile;
    try {
      this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot open a port for actor " + actor, e);
    }
    Thread.ofPlatform().daemon().name("gate-" + actor).start(this::accept);
  }

  /** Opens gates to the server that listens there. */
  public static Gate.Opener opener(InetSocketAddress server) {
    return (actor, turnstile) -> new RedisGate(actor, server, turnstile);
  }

  @Override
  public boolean isConnected() {
    return !connections.isEmpty();
  }

  @Override
  public int port() {
    return socket.getLocalPort();
  }

  @Override
  public void mode(Mode mode) {
    this.mode = mode;
    if (mode != Mode.OPEN && connections.stream().anyMatch(RedisConnection::isStreaming)) {
      turnstile.unsound(
          "actor %s has a connection on which Redis speaks at any time".formatted(actor));
    }
  }

  Mode mode() {
    return mode;
  }

  String actor() {
    return actor;
  }

  Turnstile turnstile() {
    return turnstile;
  }

  void ended(RedisConnection connection) {
    connections.remove(connection);
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        connect(socket.accept());
      } catch (IOException e) {
        if (!socket.isClosed()) {
          turnstile.unsound("a connection of actor %s failed: %s".formatted(actor, e.getMessage()));
        }
      }
    }
  }

  private void connect(Socket client) throws IOException {
    Socket upstream = new Socket();
    try {
      upstream.connect(server);
      RedisConnection connection = new RedisConnection(this, client, upstream);
      connections.add(connection);
      Thread.ofPlatform().daemon().name("gate-" + actor).start(connection);
    } catch (IOException e) {
      upstream.close();
      client.close();
      throw e;
    }
  }

  @Override
  public void cut() {
    connections.forEach(RedisConnection::cut);
  }

  /** Closes the port and every connection through it. */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot close the port of actor " + actor, e);
    } finally {
      connections.forEach(RedisConnection::close);
    }
  }
}

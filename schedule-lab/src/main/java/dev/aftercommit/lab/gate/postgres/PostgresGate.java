package dev.aftercommit.lab.gate.postgres;

import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.Turnstile;
import dev.aftercommit.lab.sql.Isolation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A port that is PostgreSQL to one actor.
 *
 * <p>TLS and GSS encryption are refused, so that the steps can be read. Authentication is the
 * server's.
 */
public final class PostgresGate implements Gate {

  private final String actor;
  private final InetSocketAddress server;
  private final Turnstile turnstile;
  private final Isolation isolation;
  private final ServerSocket socket;
  private final Set<PostgresConnection> connections = ConcurrentHashMap.newKeySet();
  private volatile Mode mode = Mode.OPEN;

  /**
   * Opens the port.
   *
   * @param actor who will connect
   * @param server where PostgreSQL listens
   * @param turnstile where steps wait
   */
  public PostgresGate(String actor, InetSocketAddress server, Turnstile turnstile) {
    this(actor, server, turnstile, new Isolation(false));
  }

  private PostgresGate(
      String actor, InetSocketAddress server, Turnstile turnstile, Isolation isolation) {
    this.actor = actor;
    this.server = server;
    this.turnstile = turnstile;
    this.isolation = isolation;
    try {
      this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot open a port for actor " + actor, e);
    }
    Thread.ofPlatform().daemon().name("gate-" + actor).start(this::accept);
  }

  /** Opens gates to the server that listens there. */
  public static Gate.Opener opener(InetSocketAddress server) {
    return (actor, turnstile) -> new PostgresGate(actor, server, turnstile);
  }

  /** The same, and takes note of the isolation levels that actors name. */
  public static Gate.Opener opener(InetSocketAddress server, Isolation isolation) {
    return (actor, turnstile) -> new PostgresGate(actor, server, turnstile, isolation);
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
  }

  @Override
  public boolean owns(int session) {
    return connections.stream().anyMatch(connection -> connection.session() == session);
  }

  @Override
  public boolean hasOpenTransaction() {
    return connections.stream().anyMatch(PostgresConnection::hasOpenTransaction);
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

  void sends(SqlStep step) {
    isolation.sent(actor, step.sql());
  }

  void ended(PostgresConnection connection) {
    connections.remove(connection);
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Socket upstream = new Socket();
        upstream.connect(server);
        PostgresConnection connection = new PostgresConnection(this, client, upstream);
        connections.add(connection);
        Thread.ofPlatform().daemon().name("gate-" + actor).start(connection);
      } catch (IOException e) {
        if (!socket.isClosed()) {
          turnstile.unsound("a connection of actor %s failed: %s".formatted(actor, e.getMessage()));
        }
      }
    }
  }

  @Override
  public void cut() {
    connections.forEach(PostgresConnection::cut);
  }

  /** Closes the port and every connection through it. */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot close the port of actor " + actor, e);
    } finally {
      connections.forEach(PostgresConnection::close);
    }
  }
}

package dev.aftercommit.lab.gate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A port that is PostgreSQL to one actor. Whatever connects is passed on to the server; each step
 * waits at the turnstile first, if the {@link Mode} says so.
 *
 * <p>TLS and GSS encryption are refused, so that the steps can be read. Authentication is the
 * server's.
 */
public final class Gate implements AutoCloseable {

  /** What waits. */
  public enum Mode {
    /** Nothing. */
    OPEN,
    /** What can matter to others: BEGIN and SET pass, an autocommit statement is two steps. */
    STEPS,
    /** Each query as it was sent, whatever it says. */
    WHOLE_QUERIES
  }

  private final String actor;
  private final InetSocketAddress server;
  private final Turnstile turnstile;
  private final ServerSocket socket;
  private final Set<GateConnection> connections = ConcurrentHashMap.newKeySet();
  private volatile Mode mode = Mode.OPEN;

  /**
   * Opens the port.
   *
   * @param actor who will connect
   * @param server where PostgreSQL listens
   * @param turnstile where steps wait
   */
  public Gate(String actor, InetSocketAddress server, Turnstile turnstile) {
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

  /** The port that stands for the server. */
  public int port() {
    return socket.getLocalPort();
  }

  /** Says what waits at the turnstile from now on; at first nothing does. */
  public void mode(Mode mode) {
    this.mode = mode;
  }

  /** Whether this session of the server is one of the actor's. */
  public boolean owns(int session) {
    return connections.stream().anyMatch(connection -> connection.session() == session);
  }

  /** Whether one of the actor's connections has a transaction open. */
  public boolean hasOpenTransaction() {
    return connections.stream().anyMatch(GateConnection::hasOpenTransaction);
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

  void ended(GateConnection connection) {
    connections.remove(connection);
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Socket upstream = new Socket();
        upstream.connect(server);
        GateConnection connection = new GateConnection(this, client, upstream);
        connections.add(connection);
        Thread.ofPlatform().daemon().name("gate-" + actor).start(connection);
      } catch (IOException e) {
        if (!socket.isClosed()) {
          turnstile.unsound("a connection of actor %s failed: %s".formatted(actor, e.getMessage()));
        }
      }
    }
  }

  /** Closes the port and every connection through it. */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot close the port of actor " + actor, e);
    } finally {
      connections.forEach(GateConnection::close);
    }
  }
}

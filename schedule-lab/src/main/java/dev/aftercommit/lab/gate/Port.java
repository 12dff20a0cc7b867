package dev.aftercommit.lab.gate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The port of a gate on the loopback interface: connects whatever comes to the server, and keeps
 * the connections until they end.
 *
 * @param <C> a connection
 */
public final class Port<C extends Port.Connection> implements AutoCloseable {

  /** A connection through the gate; runs until one side is gone, and tells the port so. */
  public interface Connection extends Runnable {

    /** Breaks it as {@link Gate#cut} says. */
    void cut();

    /** Closes both sides. */
    void close();
  }

  /** Makes a connection of its two sides. */
  @FunctionalInterface
  public interface Connector<C> {
    C connect(Socket client, Socket server) throws IOException;
  }

  private final String actor;
  private final InetSocketAddress server;
  private final Turnstile turnstile;
  private final Connector<C> connector;
  private final ServerSocket socket;
  private final Set<C> connections = ConcurrentHashMap.newKeySet();

  /**
   * Opens a port; nobody is let in before {@link #open}.
   *
   * @param actor who will connect
   * @param server where to
   * @param turnstile is told of a connection that fails
   * @throws UncheckedIOException if there is no free port
   */
  public Port(String actor, InetSocketAddress server, Turnstile turnstile, Connector<C> connector) {
    this.actor = actor;
    this.server = server;
    this.turnstile = turnstile;
    this.connector = connector;
    try {
      this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot open a port for actor " + actor, e);
    }
  }

  /** Lets connections in from now on. */
  public void open() {
    Thread.ofPlatform().daemon().name("gate-" + actor).start(this::accept);
  }

  /** Its number. */
  public int number() {
    return socket.getLocalPort();
  }

  /** The connections that have not ended. */
  public Stream<C> connections() {
    return connections.stream();
  }

  /** Forgets a connection. */
  public void ended(C connection) {
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
      C connection = connector.connect(client, upstream);
      connections.add(connection);
      Thread.ofPlatform().daemon().name("gate-" + actor).start(connection);
    } catch (IOException e) {
      upstream.close();
      client.close();
      throw e;
    }
  }

  /** Breaks every connection. */
  public void cut() {
    connections.forEach(Connection::cut);
  }

  /** Closes the port and every connection through it. */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot close the port of actor " + actor, e);
    } finally {
      connections.forEach(Connection::close);
    }
  }
}

package dev.aftercommit.lab.gate.postgres;

import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.Port;
import dev.aftercommit.lab.gate.Turnstile;
import dev.aftercommit.lab.sql.Isolation;
import java.net.InetSocketAddress;

/**
 * A port that is PostgreSQL to one actor.
 *
 * <p>TLS and GSS encryption are refused, so that the steps can be read. Authentication is the
 * server's.
 */
public final class PostgresGate implements Gate {

  private final String actor;
  private final Turnstile turnstile;
  private final Isolation isolation;
  private final Port<PostgresConnection> port;
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
    this.turnstile = turnstile;
    this.isolation = isolation;
    this.port =
        new Port<>(
            actor,
            server,
            turnstile,
            (client, upstream) -> new PostgresConnection(this, client, upstream));
    port.open();
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
    return port.connections().findAny().isPresent();
  }

  @Override
  public int port() {
    return port.number();
  }

  @Override
  public void mode(Mode mode) {
    this.mode = mode;
  }

  @Override
  public boolean owns(int session) {
    return port.connections().anyMatch(connection -> connection.session() == session);
  }

  @Override
  public boolean hasOpenTransaction() {
    return port.connections().anyMatch(PostgresConnection::hasOpenTransaction);
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
    port.ended(connection);
  }

  @Override
  public void cut() {
    port.cut();
  }

  /** Closes the port and every connection through it. */
  @Override
  public void close() {
    port.close();
  }
}

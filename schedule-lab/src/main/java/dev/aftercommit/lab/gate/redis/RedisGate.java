package dev.aftercommit.lab.gate.redis;

import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.Port;
import dev.aftercommit.lab.gate.Turnstile;
import java.net.InetSocketAddress;

/**
 * A port that is Redis to one actor, in RESP2 and RESP3.
 *
 * <p>Each command is a step, and so is a transaction: its commands pass, and EXEC waits. Which keys
 * a command touches is known of the common ones; scripts and whatever else may touch all of them.
 *
 * <p>An actor waits for the answer to a command before it does anything elsewhere: what it does
 * earlier is told as not scheduled, for the servers could see the two in either order.
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
  private final Turnstile turnstile;
  private final Port<RedisConnection> port;
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
    this.turnstile = turnstile;
    this.port =
        new Port<>(
            actor,
            server,
            turnstile,
            (client, upstream) -> new RedisConnection(this, client, upstream));
    port.open();
  }

  /** Opens gates to the server that listens there. */
  public static Gate.Opener opener(InetSocketAddress server) {
    return (actor, turnstile) -> new RedisGate(actor, server, turnstile);
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
    if (mode != Mode.OPEN && port.connections().anyMatch(RedisConnection::isStreaming)) {
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
    port.ended(connection);
  }

  @Override
  public void awaitQuiet() throws InterruptedException {
    awaitQuiet(false);
  }

  @Override
  public void awaitDone() throws InterruptedException {
    awaitQuiet(true);
  }

  private void awaitQuiet(boolean done) throws InterruptedException {
    for (RedisConnection connection : port.connections().toList()) {
      connection.awaitQuiet(done);
    }
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

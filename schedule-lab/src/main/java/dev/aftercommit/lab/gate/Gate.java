package dev.aftercommit.lab.gate;

import java.util.List;

/**
 * A port that is a server to one actor. Whatever connects is passed on to the server; each step
 * waits at the {@link Turnstile} first, if the {@link Mode} says so.
 */
public interface Gate extends AutoCloseable {

  /** What waits. */
  enum Mode {
    /** Nothing. */
    OPEN,
    /** What can matter to others: BEGIN and SET pass, an autocommit statement is two steps. */
    STEPS,
    /** Each query as it was sent, whatever it says. */
    WHOLE_QUERIES
  }

  /** Opens the gates of one server. */
  @FunctionalInterface
  interface Opener {

    /**
     * Opens a gate.
     *
     * @param actor who will connect
     * @param turnstile where its steps wait
     */
    Gate open(String actor, Turnstile turnstile);
  }

  /** The port that stands for the server. */
  int port();

  /** Says what waits from now on; at first nothing does. */
  void mode(Mode mode);

  /** Whether the actor has a connection, or what it sent over one is not done. */
  boolean isConnected();

  /** Whether this session of the database is one of the actor's. */
  default boolean owns(int session) {
    return false;
  }

  /** Whether one of the actor's connections has a transaction open. */
  default boolean hasOpenTransaction() {
    return false;
  }

  /**
   * What the server holds ready for an actor that waits for it, in a fixed order: deliveries. Asked
   * when nobody runs.
   */
  default List<Step> offers() {
    return List.of();
  }

  /** Passes one of the {@link #offers} on; when the actor has it, tells the turnstile. */
  default void deliver(Step offer, Turn turn) {
    throw new IllegalStateException("Nothing is delivered through this gate: " + offer.text());
  }

  /**
   * Waits until all that the actor has sent through this gate is done, or has at least come to the
   * turnstile if it has an answer for which the actor can wait. What the actor does next, here or
   * elsewhere, comes after what is done.
   */
  default void awaitQuiet() throws InterruptedException {}

  /** Waits until all is done that the actor has sent through this gate: it does nothing more. */
  default void awaitDone() throws InterruptedException {
    awaitQuiet();
  }

  /**
   * Breaks every connection of the actor, as if its process had been killed. When it returns the
   * server has noticed: transactions are rolled back, messages not acknowledged are back. The
   * actor's side of a connection whose step waits at the turnstile is left open until that step has
   * been told {@link Turn#KILL}: else the actor would go on before the lab knows.
   */
  void cut();

  @Override
  void close();
}

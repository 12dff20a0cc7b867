package dev.aftercommit.lab.gate.amqp;

import java.io.IOException;
import java.time.Duration;

/** What a connection handles at the moment, for others that come after it. */
final class Handling {

  /** How long a step of another connection waits for this one to be done. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  /** How the others' waiting ends. */
  enum End {
    QUIET,
    /** The connection is about to break. */
    BREAKING,
    TOO_LATE
  }

  private final ClientSocket client;

  /** When it began to handle what it handles now, as a number; 0 if it handles nothing. */
  private long ticket;

  private boolean breaking;
  private boolean ended;

  Handling(ClientSocket client) {
    this.client = client;
  }

  synchronized void begin(long number) {
    ticket = number;
    notifyAll();
  }

  synchronized void end() {
    ticket = 0;
    notifyAll();
  }

  /** Nothing will be handled any more. */
  synchronized void ended() {
    ended = true;
    notifyAll();
  }

  synchronized long ticket() {
    return ticket;
  }

  /** Whether a confirm is lost: the actor gets nothing more, and what it has sent may arrive. */
  synchronized boolean isBreaking() {
    return breaking;
  }

  synchronized void breaking(boolean now) {
    breaking = now;
    notifyAll();
  }

  /**
   * Waits until all is handled that the actor has sent before another began.
   *
   * @param last whether the actor does nothing more, so that a connection may break meanwhile
   */
  synchronized End awaitQuiet(long before, boolean last) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (handlesOlderThan(before)) {
      if (breaking && !last) {
        return End.BREAKING;
      }
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return End.TOO_LATE;
      }
      wait(Duration.ofNanos(left).plusMillis(1).toMillis());
    }
    return End.QUIET;
  }

  private boolean handlesOlderThan(long before) {
    try {
      return !ended && (ticket == 0 ? client.hasUnread() : ticket < before);
    } catch (IOException e) {
      // It is about to end.
      return false;
    }
  }
}

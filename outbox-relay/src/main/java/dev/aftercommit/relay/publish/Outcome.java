package dev.aftercommit.relay.publish;

import org.jspecify.annotations.Nullable;

/**
 * What the broker said of one published event.
 *
 * @param tag what the caller gave along
 * @param answer what it means
 * @param reason why the event was not taken; null when it was
 */
public record Outcome<T>(T tag, Answer answer, @Nullable String reason) {

  /** The three answers of a broker. */
  public enum Answer {
    /** The broker has the event. */
    CONFIRMED,
    /** No queue is bound for the event's topic; the same event comes back the next time, too. */
    RETURNED,
    /**
     * Not now (nack): a queue is at its limit, or has no majority. The channel is of no use for
     * events of this topic any more: RabbitMQ 3.10 goes on refusing them on it when the cause is
     * gone.
     */
    NACKED
  }
}

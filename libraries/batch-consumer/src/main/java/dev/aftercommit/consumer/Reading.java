package dev.aftercommit.consumer;

import dev.aftercommit.events.CloudEvents;
import dev.aftercommit.events.EventJson;
import dev.aftercommit.events.UnreadableEventException;

/** What became of a message when it was read. */
public sealed interface Reading {

  /** The message that was read. */
  RawMessage raw();

  /** One of our events, in full. */
  record Understood(RawMessage raw, ReceivedEvent received) implements Reading {}

  /**
   * A message to park.
   *
   * @param reason category, labels the metric
   * @param detail what was expected and what was found
   */
  record Unreadable(RawMessage raw, String reason, String detail) implements Reading {}

  /**
   * Never fails: what cannot be read is {@link Unreadable}, with the reason, also when reading it
   * meets a defect of the reader.
   */
  static Reading of(RawMessage message) {
    try {
      return new Understood(
          message,
          new ReceivedEvent(
              CloudEvents.eventId(message.eventId()),
              EventJson.read(message.type(), message.body())));
    } catch (UnreadableEventException e) {
      return new Unreadable(message, e.reason().name(), String.valueOf(e.getMessage()));
    } catch (RuntimeException | StackOverflowError e) {
      return new Unreadable(message, BatchSettler.FAILED, e.toString());
    }
  }
}

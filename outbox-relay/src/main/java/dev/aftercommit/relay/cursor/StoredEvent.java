package dev.aftercommit.relay.cursor;

import dev.aftercommit.outbox.OutboxEvent;

/**
 * An event as read from the outbox.
 *
 * @param position its place in the order of its key
 * @param shard the shard of its key
 * @param event what the service appended
 */
public record StoredEvent(long position, short shard, OutboxEvent event) {

  /** The key whose order is kept. */
  public String key() {
    return event.key();
  }
}

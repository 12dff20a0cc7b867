package dev.aftercommit.relay;

import dev.aftercommit.relay.cursor.Cursor;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Shards that stand at the same cursor and are therefore read together, with one query. There is
 * one group but for the moments after shards were taken over from another relay.
 */
final class ShardGroup {

  /** The shards and the epochs under which they are owned. */
  final Map<Short, Long> epochs;

  /** Up to where events have been read. */
  Cursor read;

  /** Up to where all events are settled, without a gap. */
  Cursor settled;

  /** Events published per shard since the cursor was last written. */
  final Map<Short, Long> published = new HashMap<>();

  /** Whether {@link #settled} has moved over events since it was last written. */
  boolean unsaved;

  ShardGroup(Map<Short, Long> epochs, Cursor cursor) {
    this.epochs = new HashMap<>(epochs);
    this.read = cursor;
    this.settled = cursor;
  }

  Set<Short> shards() {
    return epochs.keySet();
  }
}

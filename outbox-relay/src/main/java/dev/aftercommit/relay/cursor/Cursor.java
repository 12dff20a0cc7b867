package dev.aftercommit.relay.cursor;

import org.jspecify.annotations.Nullable;

/**
 * How far a shard has been relayed, as the difference of two snapshots.
 *
 * @param delivered everything visible in this window's snapshot is settled
 * @param open the window being delivered, or null between windows
 * @param position within the open window, everything up to this position is settled
 */
public record Cursor(Window delivered, @Nullable Window open, long position) {

  /**
   * A moment of the database.
   *
   * @param snapshot {@code pg_snapshot} as text
   * @param horizon transactions with this xid or a later one began to write after the snapshot
   * @param ceiling all events of those have greater positions than this
   */
  public record Window(String snapshot, long horizon, long ceiling) {}

  /** Before every event: nothing is passed over from here, and what is still there comes again. */
  public static final Cursor BEGINNING = at(new Window("3:3:", 3, 0));

  /** A cursor between windows. */
  static Cursor at(Window delivered) {
    return new Cursor(delivered, null, 0);
  }

  /** The cursor after a page of {@code window} that ended at {@code lastPosition}. */
  Cursor within(Window window, long lastPosition) {
    return new Cursor(delivered, window, lastPosition);
  }
}

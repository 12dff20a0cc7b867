package dev.aftercommit.relay.cursor;

import dev.aftercommit.relay.cursor.Cursor.Window;

/**
 * Where a database stands.
 *
 * @param nextXid no transaction has had this id or a later one
 * @param lastPosition the newest position drawn
 */
public record Moment(long nextXid, long lastPosition) {

  /** Whether a cursor that was written before this moment can be of this database. */
  public boolean isAfter(Cursor cursor) {
    Window open = cursor.open();
    return isAfter(cursor.delivered())
        && (open == null || (isAfter(open) && cursor.position() <= lastPosition));
  }

  private boolean isAfter(Window window) {
    long snapshotXmax = Long.parseUnsignedLong(window.snapshot().split(":", 3)[1]);
    return Long.compareUnsigned(window.horizon(), nextXid) < 0
        && Long.compareUnsigned(snapshotXmax, nextXid) <= 0
        && window.ceiling() <= lastPosition;
  }
}

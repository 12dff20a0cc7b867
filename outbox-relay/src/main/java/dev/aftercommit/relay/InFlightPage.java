package dev.aftercommit.relay;

import dev.aftercommit.relay.cursor.Cursor;
import dev.aftercommit.relay.cursor.StoredEvent;
import java.util.Map;

/**
 * A page that has been read and is not yet settled: the cursor moves over it once every event is
 * confirmed or parked.
 */
final class InFlightPage {

  final ShardGroup group;
  final Cursor end;
  private final boolean empty;
  private int unsettled;

  /**
   * Nothing of it is settled.
   *
   * @param empty whether nothing was read to get to its end
   */
  InFlightPage(ShardGroup group, Cursor end, int events, boolean empty) {
    this.group = group;
    this.end = end;
    this.empty = empty;
    this.unsettled = events;
  }

  /** A page for events that are sent outside the cursor's way. */
  static InFlightPage ofReplay() {
    return new InFlightPage(new ShardGroup(Map.of(), Cursor.BEGINNING), Cursor.BEGINNING, 0, true);
  }

  void settleOne() {
    unsettled--;
  }

  boolean isSettled() {
    return unsettled == 0;
  }

  /** A page without events moves the cursor in memory; that is not worth a write. */
  boolean isEmpty() {
    return empty;
  }

  /**
   * An event of this page on its way.
   *
   * @param event what was read
   * @param page where it was read
   */
  record Sent(StoredEvent event, InFlightPage page) {}
}

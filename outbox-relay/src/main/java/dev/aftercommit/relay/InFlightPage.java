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

  InFlightPage(ShardGroup group, Cursor end, int events) {
    this.group = group;
    this.end = end;
    this.empty = events == 0;
    this.unsettled = events;
  }

  /** A page for events that are sent outside the cursor's way. */
  static InFlightPage ofReplay() {
    Cursor nowhere = new Cursor(new Cursor.Window("3:3:", 3, 0), null, 0);
    return new InFlightPage(new ShardGroup(Map.of(), nowhere), nowhere, 0);
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

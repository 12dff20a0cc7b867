package dev.aftercommit.relay.cursor;

import java.sql.SQLException;

/**
 * The outbox went back in time: it was restored, or its sequence set back. Cursors that were read
 * before would pass events over.
 */
public final class RewoundOutboxException extends SQLException {

  private static final long serialVersionUID = 1L;

  private RewoundOutboxException(String reason) {
    super(reason);
  }

  static RewoundOutboxException positions(String found) {
    return new RewoundOutboxException(
        "the positions of the outbox went backwards (%s): was it restored, or its sequence set back?"
            .formatted(found));
  }

  static RewoundOutboxException foreignEvents(long newest, long next) {
    return new RewoundOutboxException(
        "outbox.event holds transaction %s, but this cluster's next one is %s: it was restored from another cluster; nothing is relayed until its owner runs UPDATE outbox.event SET xid = pg_current_xact_id()"
            .formatted(Long.toUnsignedString(newest), Long.toUnsignedString(next)));
  }
}

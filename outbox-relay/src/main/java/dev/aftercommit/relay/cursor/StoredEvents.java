package dev.aftercommit.relay.cursor;

import dev.aftercommit.outbox.OutboxEvent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.UUID;

/**
 * Reads events from rows of {@code outbox.event} and {@code outbox.parked_event}, which share these
 * columns.
 */
public final class StoredEvents {

  /** The columns that {@link #read} expects, in order. */
  public static final String COLUMNS =
      "position, shard, event_id, key, topic, type, source, data_schema, occurred_at, trace_parent,"
          + " payload";

  private StoredEvents() {}

  /** Reads an event from the columns of a row that begin at {@code first}. */
  public static StoredEvent read(ResultSet row, int first) throws SQLException {
    return new StoredEvent(
        row.getLong(first),
        row.getShort(first + 1),
        new OutboxEvent(
            row.getObject(first + 2, UUID.class),
            row.getString(first + 3),
            row.getString(first + 4),
            row.getString(first + 5),
            row.getString(first + 6),
            row.getString(first + 7),
            row.getObject(first + 8, OffsetDateTime.class).toInstant(),
            row.getString(first + 9),
            row.getBytes(first + 10)));
  }
}

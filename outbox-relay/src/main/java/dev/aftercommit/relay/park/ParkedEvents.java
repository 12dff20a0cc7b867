package dev.aftercommit.relay.park;

import dev.aftercommit.outbox.OutboxEvent;
import dev.aftercommit.relay.cursor.StoredEvent;
import dev.aftercommit.relay.cursor.StoredEvents;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;

/**
 * Events the broker would not take, and the later ones of their keys. They wait in a table, whole
 * and with the reason, while all other keys flow on, until somebody asks for a replay.
 */
public final class ParkedEvents {

  /** Fenced like the cursor: only the present owner of the shard may park. */
  private static final String PARK =
      """
      INSERT INTO outbox.parked_event
        (%s, reason)
      SELECT ?, s.shard, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
      FROM outbox.shard s WHERE s.shard = ? AND s.epoch = ?
      ON CONFLICT (position) DO UPDATE SET reason = excluded.reason, replay = false
      """
          .formatted(StoredEvents.COLUMNS);

  private static final String KEYS =
      "SELECT DISTINCT key FROM outbox.parked_event WHERE shard = ANY (?)";

  private static final String TO_REPLAY =
      "SELECT "
          + StoredEvents.COLUMNS
          + " FROM outbox.parked_event WHERE replay AND shard = ANY (?) ORDER BY position LIMIT ?";

  private static final String DELETE = "DELETE FROM outbox.parked_event WHERE position = ANY (?)";

  private static final String REFUSE =
      "UPDATE outbox.parked_event SET replay = false,"
          + " reason = CASE WHEN position = ? THEN ? ELSE reason END WHERE shard = ? AND key = ?";

  private final DataSource dataSource;

  public ParkedEvents(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * An event to park.
   *
   * @param epoch the epoch under which its shard is owned
   * @param reason what the broker said, or which event it stands behind
   */
  public record Parking(StoredEvent event, long epoch, String reason) {}

  /** Parks events, in one transaction. */
  public void park(List<Parking> parkings) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert = connection.prepareStatement(PARK)) {
      for (Parking parking : parkings) {
        bind(insert, parking);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  /**
   * The keys of these shards that have parked events; later events of theirs must queue up behind.
   */
  public Set<String> keys(Collection<Short> shards) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(KEYS)) {
      select.setArray(1, connection.createArrayOf("int2", shards.toArray()));
      try (ResultSet rows = select.executeQuery()) {
        Set<String> keys = new HashSet<>();
        while (rows.next()) {
          keys.add(rows.getString(1));
        }
        return keys;
      }
    }
  }

  /**
   * The next events that somebody asked to be sent again, in order of position, at most {@code
   * limit}.
   */
  public List<StoredEvent> toReplay(Collection<Short> shards, int limit) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(TO_REPLAY)) {
      select.setArray(1, connection.createArrayOf("int2", shards.toArray()));
      select.setInt(2, limit);
      try (ResultSet rows = select.executeQuery()) {
        List<StoredEvent> events = new ArrayList<>();
        while (rows.next()) {
          events.add(StoredEvents.read(rows, 1));
        }
        return events;
      }
    }
  }

  /** Takes events off the list: the broker has them now. */
  public void remove(Collection<Long> positions) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement delete = connection.prepareStatement(DELETE)) {
      delete.setArray(1, connection.createArrayOf("int8", positions.toArray()));
      delete.executeUpdate();
    }
  }

  /**
   * Ends the replay of a key whose event was returned again: what follows it stays behind it.
   *
   * @param reason what the broker said this time
   */
  public void endReplay(StoredEvent event, String reason) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement update = connection.prepareStatement(REFUSE)) {
      update.setLong(1, event.position());
      update.setString(2, reason);
      update.setShort(3, event.shard());
      update.setString(4, event.key());
      update.executeUpdate();
    }
  }

  private static void bind(PreparedStatement insert, Parking parking) throws SQLException {
    OutboxEvent event = parking.event().event();
    int i = 1;
    insert.setLong(i++, parking.event().position());
    insert.setObject(i++, event.id());
    insert.setString(i++, event.key());
    insert.setString(i++, event.topic());
    insert.setString(i++, event.type());
    insert.setString(i++, event.source());
    insert.setString(i++, event.dataSchema());
    insert.setObject(i++, event.occurredAt().atOffset(ZoneOffset.UTC));
    insert.setString(i++, event.traceParent());
    insert.setBytes(i++, event.payload());
    insert.setString(i++, parking.reason());
    insert.setShort(i++, parking.event().shard());
    insert.setLong(i, parking.epoch());
  }
}

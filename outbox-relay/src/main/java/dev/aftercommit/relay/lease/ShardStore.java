package dev.aftercommit.relay.lease;

import dev.aftercommit.outbox.Shards;
import dev.aftercommit.relay.cursor.Cursor;
import dev.aftercommit.relay.cursor.Cursor.Window;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;

/**
 * Ownership and cursors of the shards, in the database. A relay's lease is one row that it renews;
 * its shards are free for others once the lease has run out, by the database's clock. Taking a
 * shard raises its epoch, and a cursor is written only under the epoch it was read with: an owner
 * that was overtaken while it slept cannot move it.
 */
public final class ShardStore {

  /** A renewal fails once the lease has run out: others may have taken the shards meanwhile. */
  private static final String RENEW =
      """
      UPDATE outbox.relay SET lease_until = now() + ? * interval '1 millisecond'
      WHERE instance = ? AND lease_until > now()
      """;

  private static final String JOIN =
      """
      INSERT INTO outbox.relay (instance, lease_until)
      VALUES (?, now() + ? * interval '1 millisecond')
      ON CONFLICT (instance) DO UPDATE SET lease_until = excluded.lease_until
      """;

  private static final String DISOWN = "UPDATE outbox.shard SET owner = NULL WHERE owner = ?";

  private static final String LIVE = "SELECT count(*) FROM outbox.relay WHERE lease_until > now()";

  private static final String OWNED = "SELECT shard, epoch FROM outbox.shard WHERE owner = ?";

  private static final String CLAIM =
      """
      UPDATE outbox.shard SET owner = ?, epoch = epoch + 1
      WHERE shard IN (
        SELECT s.shard FROM outbox.shard s
        WHERE NOT EXISTS (
          SELECT FROM outbox.relay r WHERE r.instance = s.owner AND r.lease_until > now())
        ORDER BY s.shard LIMIT ? FOR UPDATE SKIP LOCKED)
      """;

  private static final String READ_CURSORS =
      """
      SELECT shard, delivered::text, horizon::text, ceiling,
             open_snapshot::text, open_horizon::text, open_ceiling, open_position
      FROM outbox.shard WHERE owner = ? AND shard = ANY (?)
      """;

  private static final String SAVE_CURSOR =
      """
      UPDATE outbox.shard s
      SET delivered = ?::pg_snapshot, horizon = ?::xid8, ceiling = ?,
          open_snapshot = ?::pg_snapshot, open_horizon = ?::xid8, open_ceiling = ?,
          open_position = ?, published = s.published + mine.published
      FROM unnest(?::smallint[], ?::bigint[], ?::bigint[]) AS mine (shard, epoch, published)
      WHERE s.shard = mine.shard AND s.owner = ? AND s.epoch = mine.epoch
      RETURNING s.shard
      """;

  private static final String RELEASE =
      "UPDATE outbox.shard SET owner = NULL WHERE owner = ? AND shard = ANY (?)";

  private static final String LEAVE = "DELETE FROM outbox.relay WHERE instance = ?";

  private static final String REPLAY_ASKED =
      "SELECT EXISTS (SELECT FROM outbox.parked_event p JOIN outbox.shard s USING (shard)"
          + " WHERE p.replay AND s.owner = ?)";

  private final DataSource dataSource;
  private final String instance;
  private final Duration lease;

  public ShardStore(DataSource dataSource, String instance, Duration lease) {
    this.dataSource = dataSource;
    this.instance = instance;
    this.lease = lease;
  }

  /**
   * What a heartbeat found.
   *
   * @param epochs the shards this relay owns, with their epochs
   * @param fairShare how many it should own, given how many relays are alive
   * @param replayAsked whether somebody asked for parked events of its shards to be sent again
   */
  public record Heartbeat(Map<Short, Long> epochs, int fairShare, boolean replayAsked) {}

  /** Renews the lease and claims free shards up to the fair share, in one transaction. */
  public Heartbeat beat() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try {
        renewOrJoin(connection);
        int live = queryInt(connection, LIVE);
        int fairShare = Math.ceilDiv(Shards.COUNT, Math.max(1, live));
        Map<Short, Long> owned = owned(connection);
        if (owned.size() < fairShare) {
          claim(connection, fairShare - owned.size());
          owned = owned(connection);
        }
        boolean replayAsked = isReplayAsked(connection);
        connection.commit();
        return new Heartbeat(owned, fairShare, replayAsked);
      } catch (SQLException e) {
        connection.rollback();
        throw e;
      }
    }
  }

  /** The cursors of shards this relay owns. */
  public Map<Short, Cursor> cursors(Collection<Short> shards) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(READ_CURSORS)) {
      select.setString(1, instance);
      select.setArray(2, connection.createArrayOf("int2", shards.toArray()));
      try (ResultSet rows = select.executeQuery()) {
        Map<Short, Cursor> cursors = new HashMap<>();
        while (rows.next()) {
          cursors.put(rows.getShort(1), readCursor(rows));
        }
        return cursors;
      }
    }
  }

  /**
   * Writes one cursor for several shards, each under its epoch.
   *
   * @param epochs the shards and the epochs they were taken under
   * @param published how many events of each shard were published since the last write
   * @return the shards that were written; one that is missing has another owner now
   */
  public Set<Short> save(Map<Short, Long> epochs, Cursor cursor, Map<Short, Long> published)
      throws SQLException {
    Object[] shards = epochs.keySet().toArray();
    Object[] counts = epochs.keySet().stream().map(s -> published.getOrDefault(s, 0L)).toArray();
    Window open = cursor.open();
    try (Connection connection = dataSource.getConnection();
        PreparedStatement update = connection.prepareStatement(SAVE_CURSOR)) {
      update.setString(1, cursor.delivered().snapshot());
      update.setString(2, Long.toUnsignedString(cursor.delivered().horizon()));
      update.setLong(3, cursor.delivered().ceiling());
      update.setString(4, open == null ? null : open.snapshot());
      update.setString(5, open == null ? null : Long.toUnsignedString(open.horizon()));
      update.setObject(6, open == null ? null : open.ceiling());
      update.setObject(7, open == null ? null : cursor.position());
      update.setArray(8, connection.createArrayOf("int2", shards));
      update.setArray(9, connection.createArrayOf("int8", epochs.values().toArray()));
      update.setArray(10, connection.createArrayOf("int8", counts));
      update.setString(11, instance);
      try (ResultSet rows = update.executeQuery()) {
        Set<Short> saved = new HashSet<>();
        while (rows.next()) {
          saved.add(rows.getShort(1));
        }
        return saved;
      }
    }
  }

  /** Gives shards up, for other relays to take at once. */
  public void release(Collection<Short> shards) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement update = connection.prepareStatement(RELEASE)) {
      update.setString(1, instance);
      update.setArray(2, connection.createArrayOf("int2", shards.toArray()));
      update.executeUpdate();
    }
  }

  /** Ends the lease, so that the others take all shards over at their next heartbeat. */
  public void leave() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement delete = connection.prepareStatement(LEAVE)) {
      delete.setString(1, instance);
      delete.executeUpdate();
    }
  }

  private void renewOrJoin(Connection connection) throws SQLException {
    try (PreparedStatement renew = connection.prepareStatement(RENEW)) {
      renew.setLong(1, lease.toMillis());
      renew.setString(2, instance);
      if (renew.executeUpdate() == 1) {
        return;
      }
    }
    try (PreparedStatement disown = connection.prepareStatement(DISOWN);
        PreparedStatement join = connection.prepareStatement(JOIN)) {
      disown.setString(1, instance);
      disown.executeUpdate();
      join.setString(1, instance);
      join.setLong(2, lease.toMillis());
      join.executeUpdate();
    }
  }

  private void claim(Connection connection, int most) throws SQLException {
    try (PreparedStatement claim = connection.prepareStatement(CLAIM)) {
      claim.setString(1, instance);
      claim.setInt(2, most);
      claim.executeUpdate();
    }
  }

  private Map<Short, Long> owned(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(OWNED)) {
      select.setString(1, instance);
      try (ResultSet rows = select.executeQuery()) {
        Map<Short, Long> owned = new HashMap<>();
        while (rows.next()) {
          owned.put(rows.getShort(1), rows.getLong(2));
        }
        return owned;
      }
    }
  }

  private boolean isReplayAsked(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(REPLAY_ASKED)) {
      select.setString(1, instance);
      try (ResultSet row = select.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  private static int queryInt(Connection connection, String sql) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql);
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getInt(1);
    }
  }

  private static Cursor readCursor(ResultSet row) throws SQLException {
    Window delivered =
        new Window(row.getString(2), Long.parseUnsignedLong(row.getString(3)), row.getLong(4));
    if (row.getString(5) == null) {
      return new Cursor(delivered, null, 0);
    }
    Window open =
        new Window(row.getString(5), Long.parseUnsignedLong(row.getString(6)), row.getLong(7));
    return new Cursor(delivered, open, row.getLong(8));
  }
}

package dev.aftercommit.inbox;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * Recognises messages that have taken effect before. The ids are recorded in the caller's
 * transaction, together with the effect: when it rolls back, the message counts as never seen. Of
 * two transactions with the same id at once, the second waits for the first; it sees a duplicate if
 * that commits, and a new message if it rolls back.
 */
public final class Inbox {

  /** Sorted, so that two batches with common ids wait for each other in one direction only. */
  private static final String RECORD =
      """
      INSERT INTO inbox.message (event_id)
      SELECT DISTINCT id FROM unnest(?::uuid[]) AS id ORDER BY id
      ON CONFLICT DO NOTHING
      RETURNING event_id
      """;

  private static final String COUNT_DUPLICATES =
      "UPDATE inbox.duplicates SET ignored = ignored + ?";

  /**
   * An id of version 7 begins with the milliseconds at which it was made, before it was applied: so
   * the primary key leads to what is old, and no other index is kept up for it.
   */
  private static final String FORGET =
      """
      WITH gone AS (
        DELETE FROM inbox.message WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM inbox.message
          WHERE event_id < (lpad(to_hex((extract(epoch FROM now()) * 1000 - ?)::bigint), 12, '0')
                            || repeat('0', 20))::uuid
            AND applied_at < now() - ? * interval '1 millisecond'
          ORDER BY event_id LIMIT ? FOR UPDATE SKIP LOCKED))
        RETURNING 1)
      UPDATE inbox.forgotten SET messages = messages + counted.n
      FROM (SELECT count(*) AS n FROM gone) counted WHERE counted.n > 0
      RETURNING counted.n
      """;

  private Inbox() {}

  /**
   * Records the ids and returns those that are new, as a set of the caller's own: the caller
   * applies these, once each, in the same transaction.
   *
   * @param ids the ids of the messages received, duplicates among them allowed
   * @throws IllegalStateException when the connection commits by itself
   */
  public static Set<UUID> recordNew(Connection connection, Collection<UUID> ids)
      throws SQLException {
    if (connection.getAutoCommit()) {
      throw new IllegalStateException(
          "inbox used on a connection in auto-commit mode: the message would count as applied before its effect is"
              + " committed; call setAutoCommit(false) and apply the effect before the commit");
    }
    Set<UUID> fresh = insert(connection, ids);
    int duplicates = ids.size() - fresh.size();
    if (duplicates > 0) {
      countIgnored(connection, duplicates);
    }
    return fresh;
  }

  /** Counts deliveries that the caller recognised as duplicates itself, and ignores. */
  public static void countIgnored(Connection connection, int duplicates) throws SQLException {
    try (PreparedStatement count = connection.prepareStatement(COUNT_DUPLICATES)) {
      count.setInt(1, duplicates);
      count.executeUpdate();
    }
  }

  /**
   * Forgets ids of version 7 that were made, and applied, longer ago than the age, in database
   * time; a message that comes again after that counts as new. It waits for no consumer, and skips
   * what another call is forgetting.
   *
   * @param most how many at the most; a repetition of one of them waits for this transaction
   * @return how many were forgotten
   */
  public static int forget(Connection connection, Duration age, int most) throws SQLException {
    try (PreparedStatement forget = connection.prepareStatement(FORGET)) {
      forget.setLong(1, age.toMillis());
      forget.setLong(2, age.toMillis());
      forget.setInt(3, most);
      try (ResultSet row = forget.executeQuery()) {
        return row.next() ? row.getInt(1) : 0;
      }
    }
  }

  private static Set<UUID> insert(Connection connection, Collection<UUID> ids) throws SQLException {
    Set<UUID> fresh = HashSet.newHashSet(ids.size());
    Array array = connection.createArrayOf("uuid", ids.toArray());
    try (PreparedStatement record = connection.prepareStatement(RECORD)) {
      record.setArray(1, array);
      try (ResultSet rows = record.executeQuery()) {
        while (rows.next()) {
          fresh.add(rows.getObject(1, UUID.class));
        }
      }
    } finally {
      array.free();
    }
    return fresh;
  }
}

package dev.aftercommit.lab.engine;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Asks the server who waits for whom, on a connection of its own. */
final class LockMonitor implements AutoCloseable {

  private final Connection connection;
  private final PreparedStatement blockers;
  private final PreparedStatement holds;
  private final PreparedStatement awaited;

  LockMonitor(Connection connection) throws SQLException {
    this.connection = connection;
    // A cast is parsed before it is run; asking for both kinds of waiting covers DEFERRABLE reads.
    blockers =
        connection.prepareStatement(
            """
            SELECT waiter, pg_blocking_pids(waiter) || pg_safe_snapshot_blocking_pids(waiter)
            FROM unnest(?::int[]) AS waiter
            """);
    holds =
        connection.prepareStatement(
            """
            SELECT EXISTS (
              SELECT FROM pg_locks w JOIN pg_locks h ON w.locktype = h.locktype
                AND (w.database, w.relation, w.page, w.tuple, w.virtualxid, w.transactionid,
                     w.classid, w.objid, w.objsubid)
                  IS NOT DISTINCT FROM
                    (h.database, h.relation, h.page, h.tuple, h.virtualxid, h.transactionid,
                     h.classid, h.objid, h.objsubid)
              WHERE w.pid = ? AND NOT w.granted AND h.pid = ? AND h.granted)
            """);
    awaited =
        connection.prepareStatement(
            """
            SELECT pid, locktype = 'tuple', locktype || concat_ws(' ', '', relation, page, tuple,
              virtualxid, transactionid, classid, objid, objsubid)
            FROM pg_locks WHERE NOT granted AND pid = ANY (?)
            """);
  }

  /** The locks for which these sessions wait. */
  Map<Integer, Awaited> awaitedBy(Collection<Integer> sessions) throws SQLException {
    awaited.setArray(1, connection.createArrayOf("int4", sessions.toArray()));
    Map<Integer, Awaited> found = new LinkedHashMap<>();
    try (ResultSet rows = awaited.executeQuery()) {
      while (rows.next()) {
        found.put(rows.getInt(1), new Awaited(rows.getString(3), rows.getBoolean(2)));
      }
    }
    return found;
  }

  /** For each session the sessions that it waits for; an empty list if it runs. */
  Map<Integer, List<Integer>> blockersOf(Collection<Integer> sessions) throws SQLException {
    Array asked = connection.createArrayOf("int4", sessions.toArray());
    blockers.setArray(1, asked);
    Map<Integer, List<Integer>> found = new LinkedHashMap<>();
    try (ResultSet rows = blockers.executeQuery()) {
      while (rows.next()) {
        List<Integer> pids = new ArrayList<>();
        for (Object pid : (Object[]) rows.getArray(2).getArray()) {
          pids.add((Integer) pid);
        }
        found.put(rows.getInt(1), pids);
      }
    }
    return found;
  }

  /**
   * Whether the holder has the very lock, rather than only standing before the waiter in a queue.
   */
  boolean isHeld(int waiter, int holder) throws SQLException {
    holds.setInt(1, waiter);
    holds.setInt(2, holder);
    try (ResultSet row = holds.executeQuery()) {
      return row.next() && row.getBoolean(1);
    }
  }

  void cancel(int session) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("SELECT pg_cancel_backend(?)")) {
      statement.setInt(1, session);
      statement.execute();
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}

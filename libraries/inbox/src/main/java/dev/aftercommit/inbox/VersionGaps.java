package dev.aftercommit.inbox;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * Knows which versions have not arrived. The versions of a subject have no gaps: a consumer that
 * has 3 and 5 of one and not 4 waits for 4, or has lost it. Each batch says which versions it has
 * seen, in the transaction that applies them; a batch in order costs no statement.
 *
 * <p>What came before the first version that a consumer saw of a subject is a gap too, from 0: it
 * may have joined late. {@link GapReport} does not tell of it until something of it arrives.
 *
 * <p>Whoever uses it holds a lock on the subject (its row, usually) until the transaction ends.
 */
public final class VersionGaps {

  private static final String OPEN =
      """
      INSERT INTO inbox.gap AS g (subject, first_version, last_version)
      SELECT * FROM unnest(?::text[], ?::bigint[], ?::bigint[])
      ON CONFLICT (subject, first_version)
        DO UPDATE SET last_version = greatest(g.last_version, excluded.last_version)
      """;

  /** Leaves of the range what is below the version and what is above it. */
  private static final String FILL =
      """
      WITH late AS (SELECT ?::text AS subject, ?::bigint AS version),
      hit AS (
        DELETE FROM inbox.gap g USING late l
        WHERE g.subject = l.subject AND l.version BETWEEN g.first_version AND g.last_version
        RETURNING g.subject, g.first_version, g.last_version, g.since, l.version)
      INSERT INTO inbox.gap (subject, first_version, last_version, since)
      SELECT subject, first_version, version - 1, since FROM hit WHERE first_version < version
      UNION ALL
      SELECT subject, version + 1, last_version, CASE first_version WHEN 0 THEN now() ELSE since END
      FROM hit WHERE last_version > version
      """;

  private static final String INTRODUCE_AND_LOCK =
      """
      INSERT INTO inbox.newest_version (subject)
      SELECT subject FROM unnest(?::text[]) AS subject ORDER BY subject
      ON CONFLICT DO NOTHING;
      SELECT subject, version FROM inbox.newest_version
      WHERE subject = ANY (?::text[]) ORDER BY subject FOR UPDATE
      """;

  private static final String RAISE =
      """
      UPDATE inbox.newest_version AS n SET version = raised.version
      FROM unnest(?::text[], ?::bigint[]) AS raised (subject, version)
      WHERE n.subject = raised.subject AND n.version < raised.version
      """;

  private final List<Range> opened = new ArrayList<>();
  private final List<Late> late = new ArrayList<>();

  private record Range(String subject, long first, long last) {}

  private record Late(String subject, long version) {}

  /**
   * What a batch has of one subject.
   *
   * @param newest the newest version that had arrived before; -1 when none had
   * @param versions those of the batch, at least one, in any order, repetitions allowed
   */
  public void seen(String subject, long newest, Collection<Long> versions) {
    long due = newest + 1;
    for (long version : versions.size() == 1 ? versions : new TreeSet<>(versions)) {
      if (version < newest) {
        late.add(new Late(subject, version));
      } else if (version > due) {
        opened.add(new Range(subject, due, version - 1));
      }
      due = Math.max(due, version + 1);
    }
  }

  /** Writes down what is missing now; no statement when all came in order. */
  public void store(Connection connection) throws SQLException {
    if (!late.isEmpty()) {
      try (PreparedStatement fill = connection.prepareStatement(FILL)) {
        for (Late one : late) {
          fill.setString(1, one.subject);
          fill.setLong(2, one.version);
          fill.addBatch();
        }
        fill.executeBatch();
      }
    }
    if (!opened.isEmpty()) {
      try (PreparedStatement open = connection.prepareStatement(OPEN)) {
        open.setArray(1, array(connection, "text", opened.stream().map(Range::subject).toArray()));
        open.setArray(2, array(connection, "bigint", opened.stream().map(Range::first).toArray()));
        open.setArray(3, array(connection, "bigint", opened.stream().map(Range::last).toArray()));
        open.executeUpdate();
      }
    }
  }

  /**
   * Does all of it for a consumer that does not keep the newest version of each subject itself:
   * locks the subjects, sorted, and keeps it for them.
   *
   * @param versions by subject, at least one each
   */
  public static void track(Connection connection, SortedMap<String, List<Long>> versions)
      throws SQLException {
    VersionGaps gaps = new VersionGaps();
    Array subjects = array(connection, "text", versions.keySet().toArray());
    try (PreparedStatement lock = connection.prepareStatement(INTRODUCE_AND_LOCK)) {
      lock.setArray(1, subjects);
      lock.setArray(2, subjects);
      lock.execute();
      lock.getMoreResults();
      try (ResultSet row = lock.getResultSet()) {
        while (row.next()) {
          String subject = row.getString(1);
          gaps.seen(subject, row.getLong(2), versions.getOrDefault(subject, List.of()));
        }
      }
    }
    raise(connection, versions);
    gaps.store(connection);
  }

  private static void raise(Connection connection, Map<String, List<Long>> versions)
      throws SQLException {
    Object[] newest = versions.values().stream().map(v -> Collections.max(v)).toArray();
    try (PreparedStatement raise = connection.prepareStatement(RAISE)) {
      raise.setArray(1, array(connection, "text", versions.keySet().toArray()));
      raise.setArray(2, array(connection, "bigint", newest));
      raise.executeUpdate();
    }
  }

  private static Array array(Connection connection, String type, Object[] elements)
      throws SQLException {
    return connection.createArrayOf(type, elements);
  }
}

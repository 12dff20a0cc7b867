package dev.aftercommit.relay.backlog;

import dev.aftercommit.relay.backlog.Backlog.Shard;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads how much waits in the outbox. Costs time in proportion to the backlog: for people and
 * scrapes, not for loops.
 */
@ApplicationScoped
public class BacklogStore {

  private static final String SHARDS =
      """
      WITH waiting AS (
        SELECT e.shard, count(*) AS pending, min(e.occurred_at) AS oldest
        FROM outbox.shard s
        JOIN outbox.event e ON e.shard = s.shard
          AND (e.position > s.ceiling
            OR e.xid >= pg_snapshot_xmax(s.delivered) AND e.xid < s.horizon
            OR e.xid = ANY (ARRAY(SELECT pg_snapshot_xip(s.delivered))))
        WHERE e.xid >= (SELECT min(pg_snapshot_xmin(delivered)) FROM outbox.shard)
          AND NOT pg_visible_in_snapshot(e.xid, s.delivered)
          AND NOT coalesce(
            pg_visible_in_snapshot(e.xid, s.open_snapshot) AND e.position <= s.open_position, false)
        GROUP BY e.shard)
      SELECT s.shard, s.owner, s.epoch, r.lease_until, coalesce(w.pending, 0), w.oldest, s.published,
             clock_timestamp(), (SELECT count(*) FROM outbox.parked_event)
      FROM outbox.shard s
      LEFT JOIN outbox.relay r ON r.instance = s.owner
      LEFT JOIN waiting w ON w.shard = s.shard
      ORDER BY s.shard
      """;

  private final DataSource dataSource;

  BacklogStore(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** The backlog at this moment. */
  public Backlog read() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(SHARDS);
        ResultSet rows = select.executeQuery()) {
      List<Shard> shards = new ArrayList<>();
      long oldestAge = 0;
      long parked = 0;
      while (rows.next()) {
        OffsetDateTime lease = rows.getObject(4, OffsetDateTime.class);
        OffsetDateTime oldest = rows.getObject(6, OffsetDateTime.class);
        OffsetDateTime now = rows.getObject(8, OffsetDateTime.class);
        oldestAge = Math.max(oldestAge, age(oldest, now));
        parked = rows.getLong(9);
        shards.add(
            new Shard(
                rows.getShort(1),
                rows.getString(2),
                rows.getLong(3),
                lease == null ? null : lease.toInstant(),
                rows.getLong(5),
                rows.getLong(7)));
      }
      return Backlog.of(shards, oldestAge, parked);
    }
  }

  private static long age(@Nullable OffsetDateTime oldest, OffsetDateTime now) {
    return oldest == null ? 0 : Duration.between(oldest, now).toMillis();
  }
}

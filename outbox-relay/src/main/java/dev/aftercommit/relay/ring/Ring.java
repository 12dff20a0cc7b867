package dev.aftercommit.relay.ring;

import dev.aftercommit.resilience.DatabaseFailure;
import dev.aftercommit.resilience.Outage;
import dev.aftercommit.resilience.Outages;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Empties the part of the ring whose turn comes next, once everything in it has been delivered: one
 * TRUNCATE instead of a DELETE per event, so nothing is left for vacuum. A part that holds an
 * undelivered event is left alone, however full.
 */
@ApplicationScoped
class Ring {

  private static final Logger LOG = Logger.getLogger(Ring.class);

  /** Two relays that do this at once would only wait for each other. */
  private static final String TRY_LOCK =
      "SELECT pg_try_advisory_xact_lock(hashtextextended('outbox.ring', 0))";

  /** The slot after the current one is the oldest; see the default of outbox.event.slot. */
  private static final String OLDEST_SLOT =
      "SELECT ((extract(epoch FROM clock_timestamp())::bigint / 900 + 1) % 4)::int";

  private static final String FORGET_DEAD_RELAYS =
      "DELETE FROM outbox.relay WHERE lease_until < now() - interval '1 hour'";

  private final DataSource dataSource;
  private final Outage outage;

  Ring(DataSource dataSource, Outages outages) {
    this.dataSource = dataSource;
    this.outage = outages.of("ring", "emptying the delivered part of the outbox", LOG, false);
  }

  @Scheduled(
      every = "{aftercommit.relay.ring-check}",
      concurrentExecution = ConcurrentExecution.SKIP)
  void check() {
    try {
      emptyOldestSlot();
      outage.works();
    } catch (SQLException e) {
      if (DatabaseFailure.of(e) == DatabaseFailure.CONTENTION) {
        LOG.debugf("the ring was not looked at this time: %s", e.getMessage());
      } else {
        outage.failed(e);
      }
    } catch (RuntimeException e) {
      outage.failed(e);
    }
  }

  /** Empties the oldest part if all of it is delivered; returns whether it did. */
  boolean emptyOldestSlot() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      // Writers of a transaction that began in that slot's time may still hold it: give way, try
      // again next time.
      statement.execute("SET LOCAL lock_timeout = '100ms'");
      boolean emptied = false;
      if (ask(statement, TRY_LOCK)) {
        statement.executeUpdate(FORGET_DEAD_RELAYS);
        int slot = oldestSlot(statement);
        if (isDelivered(statement, slot)) {
          statement.execute(
              "LOCK TABLE outbox.event_slot_%d IN ACCESS EXCLUSIVE MODE".formatted(slot));
          emptied = isDelivered(statement, slot);
          if (emptied) {
            statement.execute("TRUNCATE outbox.event_slot_" + slot);
            LOG.debugf("emptied part %d of the ring", slot);
          }
        }
      }
      connection.commit();
      return emptied;
    }
  }

  /**
   * Whether the slot holds events and all of them are delivered for sure: finished before every
   * cursor's snapshot; and the cursors are of this database's present, not of one that was dumped
   * and restored here. A long transaction elsewhere only makes this say no for longer; it costs
   * space, not delivery.
   */
  private static boolean isDelivered(Statement statement, int slot) throws SQLException {
    return ask(
        statement,
        """
        SELECT max(xid) < (
          SELECT min(pg_snapshot_xmin(delivered)) FROM outbox.shard
          HAVING max(horizon) < pg_snapshot_xmax(pg_current_snapshot()))
        FROM outbox.event_slot_%d
        """
            .formatted(slot));
  }

  private static int oldestSlot(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery(OLDEST_SLOT)) {
      row.next();
      return row.getInt(1);
    }
  }

  private static boolean ask(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      return row.next() && row.getBoolean(1);
    }
  }
}

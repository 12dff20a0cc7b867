package dev.aftercommit.relay;

import dev.aftercommit.relay.cursor.Cursor;
import dev.aftercommit.relay.cursor.Moment;
import dev.aftercommit.relay.cursor.OutboxReader;
import dev.aftercommit.relay.cursor.RewoundOutboxException;
import dev.aftercommit.relay.lease.ShardStore;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Reads from cursors and writes them, and sets them to the beginning when the outbox has gone back
 * in time: events may come again then, and none is passed over.
 */
final class Cursors {

  private static final Logger LOG = Logger.getLogger(Cursors.class);

  private final ShardStore shards;
  private final OutboxReader reader;
  private final RelayMetrics metrics;

  Cursors(ShardStore shards, OutboxReader reader, RelayMetrics metrics) {
    this.shards = shards;
    this.reader = reader;
    this.metrics = metrics;
  }

  /**
   * The cursors of shards that are taken up; one that cannot be of this database begins anew.
   *
   * @param added the shards and the epochs under which they are owned
   */
  Map<Short, Cursor> of(Map<Short, Long> added) throws SQLException {
    Map<Short, Cursor> stored = shards.cursors(added.keySet());
    Moment moment = reader.moment();
    Map<Short, Long> wrong = new HashMap<>();
    stored.forEach(
        (shard, cursor) -> {
          Long epoch = added.get(shard);
          if (epoch != null && !moment.isAfter(cursor)) {
            wrong.put(shard, epoch);
          }
        });
    if (!wrong.isEmpty()) {
      LOG.warnf(
          "the cursors of shards %s are ahead of the database (next transaction %d, last position %d): the outbox was restored; all events in it are sent again, consumers recognise those they have",
          wrong.keySet(), moment.nextXid(), moment.lastPosition());
      metrics.rewound();
      shards.save(wrong, Cursor.BEGINNING, Map.of());
      wrong.keySet().forEach(shard -> stored.put(shard, Cursor.BEGINNING));
    }
    return stored;
  }

  /** Reads a page of the group. */
  OutboxReader.Page read(ShardGroup group, ShardGroups groups) throws SQLException {
    try {
      return reader.read(group.shards(), group.read, groups.target());
    } catch (RewoundOutboxException e) {
      for (ShardGroup each : groups.all()) {
        shards.save(each.epochs, Cursor.BEGINNING, each.published);
      }
      metrics.rewound();
      throw e;
    }
  }

  /** Writes the cursors that have moved; drops the shards that have another owner by now. */
  void save(ShardGroups groups) throws SQLException {
    for (ShardGroup group : groups.all()) {
      if (group.unsaved) {
        Set<Short> saved = shards.save(group.epochs, group.settled, group.published);
        group.shards().retainAll(saved);
        group.published.clear();
        group.unsaved = false;
      }
    }
    groups.dropEmpty();
  }
}

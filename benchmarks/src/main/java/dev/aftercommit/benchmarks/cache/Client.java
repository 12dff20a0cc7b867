package dev.aftercommit.benchmarks.cache;

import dev.aftercommit.freshcache.FreshCache;
import dev.aftercommit.freshcache.Versioned;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLongArray;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** One thread with a connection of its own: reads, and now and then changes, rows at random. */
final class Client implements Callable<Client> {

  private final Connection connection;
  private final @Nullable FreshCache<Row> cache;
  private final AtomicLongArray acknowledged;
  private final int writePercent;
  private final long endNanos;
  final Histogram latencies = new Histogram(3);
  long writes;
  long unconfirmed;
  long staleReads;
  long databaseReads;

  Client(
      Connection connection,
      @Nullable FreshCache<Row> cache,
      AtomicLongArray acknowledged,
      int writePercent,
      long endNanos) {
    this.connection = connection;
    this.cache = cache;
    this.acknowledged = acknowledged;
    this.writePercent = writePercent;
    this.endNanos = endNanos;
  }

  @Override
  public Client call() throws SQLException {
    try (connection;
        PreparedStatement select =
            connection.prepareStatement("SELECT * FROM benchmark_row WHERE id = ?");
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE benchmark_row SET salary = salary + 1, version = version + 1 WHERE id = ?"
                    + " RETURNING version")) {
      while (System.nanoTime() < endNanos) {
        int id = ThreadLocalRandom.current().nextInt(acknowledged.length());
        if (ThreadLocalRandom.current().nextInt(100) < writePercent) {
          write(update, id);
        } else {
          read(select, id);
        }
      }
    }
    return this;
  }

  private void read(PreparedStatement select, int id) {
    long newest = acknowledged.get(id);
    long begun = System.nanoTime();
    Row row =
        cache == null
            ? load(select, id).value()
            : cache.get(Integer.toString(id), () -> load(select, id));
    latencies.recordValue(System.nanoTime() - begun);
    if (row.version() < newest) {
      staleReads++;
    }
  }

  private void write(PreparedStatement update, int id) throws SQLException {
    update.setInt(1, id);
    long version;
    try (ResultSet row = update.executeQuery()) {
      row.next();
      version = row.getLong(1);
    }
    if (cache != null && !cache.invalidate(Integer.toString(id), version)) {
      unconfirmed++;
    }
    acknowledged.accumulateAndGet(id, version, Math::max);
    writes++;
  }

  private Versioned<Row> load(PreparedStatement select, int id) {
    databaseReads++;
    try {
      select.setInt(1, id);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        Row value =
            new Row(
                row.getString("id"),
                row.getString("name"),
                row.getString("email"),
                row.getString("department"),
                row.getBigDecimal("salary"),
                row.getLong("version"));
        return new Versioned<>(value, value.version());
      }
    } catch (SQLException e) {
      throw new IllegalStateException("a row could not be read: " + e.getMessage(), e);
    }
  }
}

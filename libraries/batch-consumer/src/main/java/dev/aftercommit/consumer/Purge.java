package dev.aftercommit.consumer;

import io.quarkus.arc.All;
import io.quarkus.runtime.Startup;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Deletes what has been kept long enough, in batches of one short transaction each, so that
 * consuming never waits for it. Made at the start, so that a retention which is not allowed is told
 * then.
 */
@Startup
@Singleton
class Purge {

  private static final Logger LOG = Logger.getLogger(Purge.class);

  /** Of one kind of rows at a time: what is left has its turn at the next. */
  private static final int MOST_BATCHES = 1_000;

  private final DataSource dataSource;
  private final List<Retention> retentions;
  private final ConsumerMetrics metrics;
  private final int batchSize;

  Purge(
      DataSource dataSource,
      @All List<Retention> retentions,
      ConsumerMetrics metrics,
      ConsumerConfig config) {
    this.dataSource = dataSource;
    this.retentions = retentions;
    this.metrics = metrics;
    this.batchSize = config.purgeBatch();
  }

  @Scheduled(every = "{consumer.purge-interval}", concurrentExecution = ConcurrentExecution.SKIP)
  void purge() {
    for (Retention retention : retentions) {
      try {
        purge(retention);
      } catch (SQLException e) {
        LOG.infof("old rows (%s) were not deleted this time: %s", retention.what(), e.getMessage());
      }
    }
  }

  private void purge(Retention retention) throws SQLException {
    int deleted = batchSize;
    for (int i = 0; i < MOST_BATCHES && deleted == batchSize; i++) {
      try (Connection connection = dataSource.getConnection()) {
        deleted = retention.purge(connection, batchSize);
      }
      metrics.purged(retention.what(), deleted);
    }
  }
}

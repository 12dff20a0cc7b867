package dev.aftercommit.consumer;

import dev.aftercommit.consumer.Reading.Unreadable;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Settles batches whatever happens: when it returns, every message of the batch is applied,
 * recognised as a duplicate or parked, and that is committed. A database that is away is waited
 * for; a message that the database or the handler refuses is isolated by halving and parked.
 */
@Singleton
class BatchSettler {

  /** Reason of a message whose data the database does not take. */
  static final String REFUSED = "REFUSED_BY_DATABASE";

  /** Reason of a message that the handler fails on. */
  static final String FAILED = "FAILED";

  private static final Logger LOG = Logger.getLogger(BatchSettler.class);
  private static final int MOST_DOUBLINGS = 20;

  private final BatchTransaction transaction;
  private final ConsumerMetrics metrics;
  private final ConsumerConfig config;

  BatchSettler(BatchTransaction transaction, ConsumerMetrics metrics, ConsumerConfig config) {
    this.transaction = transaction;
    this.metrics = metrics;
    this.config = config;
  }

  /**
   * Settles the batch.
   *
   * @throws InterruptedException when stopped before the batch was settled: acknowledge nothing
   */
  void settle(List<Reading> batch) throws InterruptedException {
    for (int tries = 1; ; tries++) {
      try {
        metrics.committed(transaction.commit(batch));
        return;
      } catch (SQLException e) {
        DatabaseFailure failure = DatabaseFailure.of(e);
        if (failure == DatabaseFailure.DATA && canIsolate(batch)) {
          isolate(batch, REFUSED, "SQLState " + e.getSQLState() + ": " + e.getMessage());
          return;
        }
        metrics.retried();
        if (failure != DatabaseFailure.CONFLICT || tries % config.conflictTries() == 0) {
          backOff(batch, tries, e);
        }
      } catch (RuntimeException e) {
        LOG.errorf(
            e, "a batch of %d failed in a way that is a defect of this program", batch.size());
        if (canIsolate(batch)) {
          isolate(batch, FAILED, e.toString());
          return;
        }
        metrics.retried();
        backOff(batch, tries, e);
      }
    }
  }

  /** A single message that is to be parked cannot be helped any further. */
  private static boolean canIsolate(List<Reading> batch) {
    return batch.size() > 1 || !(batch.getFirst() instanceof Unreadable);
  }

  private void isolate(List<Reading> batch, String reason, String detail)
      throws InterruptedException {
    int half = batch.size() / 2;
    if (half == 0) {
      settle(List.of(new Unreadable(batch.getFirst().raw(), reason, detail)));
    } else {
      settle(batch.subList(0, half));
      settle(batch.subList(half, batch.size()));
    }
  }

  private void backOff(List<Reading> batch, int tries, Exception e) throws InterruptedException {
    Duration doubled = config.retryFirst().multipliedBy(1L << Math.min(tries - 1, MOST_DOUBLINGS));
    Duration wait = doubled.compareTo(config.retryLongest()) < 0 ? doubled : config.retryLongest();
    LOG.warnf(
        "batch of %d not applied at try %d, next in %d ms; its messages stay unacknowledged: %s",
        batch.size(), tries, wait.toMillis(), e);
    Thread.sleep(wait);
  }
}

package dev.aftercommit.consumer;

import dev.aftercommit.consumer.Reading.Unreadable;
import dev.aftercommit.resilience.BackOff;
import dev.aftercommit.resilience.DatabaseFailure;
import dev.aftercommit.resilience.Outage;
import dev.aftercommit.resilience.Outages;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Settles batches whatever happens: when it returns, every message of the batch is applied,
 * recognised as a duplicate or parked, and that is committed. A database that is away is waited
 * for; a message that the database or the handler refuses is isolated by halving and parked, and
 * one that cannot be parked as it is, is parked in part.
 */
@Singleton
class BatchSettler {

  /** Reason of a message whose data the database does not take. */
  static final String REFUSED = "REFUSED_BY_DATABASE";

  /** Reason of a message that the reader or the handler fails on. */
  static final String FAILED = "FAILED";

  private static final Logger LOG = Logger.getLogger(BatchSettler.class);

  private final BatchTransaction transaction;
  private final ConsumerMetrics metrics;
  private final ConsumerConfig config;
  private final Outage outage;

  BatchSettler(
      BatchTransaction transaction,
      ConsumerMetrics metrics,
      ConsumerConfig config,
      Outages outages) {
    this.transaction = transaction;
    this.metrics = metrics;
    this.config = config;
    this.outage = outages.of("applying", "applying events, which wait unacknowledged,", LOG, false);
  }

  /**
   * Settles the batch.
   *
   * @throws InterruptedException when stopped before the batch was settled: acknowledge nothing
   */
  void settle(List<Reading> batch) throws InterruptedException {
    BackOff backOff = new BackOff(config.retryFirst(), config.retryLongest());
    for (int tries = 1; ; tries++) {
      try {
        BatchOutcome outcome = transaction.commit(batch);
        outage.works();
        metrics.committed(outcome);
        return;
      } catch (SQLException e) {
        DatabaseFailure failure = DatabaseFailure.of(e);
        String told = "SQLState %s: %s".formatted(e.getSQLState(), e.getMessage());
        if (failure == DatabaseFailure.DATA && isolated(batch, REFUSED, told)) {
          return;
        }
        metrics.retried();
        if (failure != DatabaseFailure.CONFLICT || tries % config.conflictTries() == 0) {
          outage.failed("a batch of %d, try %d: %s".formatted(batch.size(), tries, told));
          backOff.pause();
        }
      } catch (RuntimeException e) {
        LOG.errorf(
            e, "a batch of %d failed in a way that is a defect of this program", batch.size());
        if (isolated(batch, FAILED, e.toString())) {
          return;
        }
        metrics.retried();
        outage.failed("a batch of %d, try %d: %s".formatted(batch.size(), tries, e));
        backOff.pause();
      }
    }
  }

  /**
   * Settles the batch in smaller parts, down to a part of the one message that is refused.
   *
   * @return false when nothing is left to leave out: it is not the message that is refused
   */
  private boolean isolated(List<Reading> batch, String reason, String detail)
      throws InterruptedException {
    int half = batch.size() / 2;
    if (half > 0) {
      settle(batch.subList(0, half));
      settle(batch.subList(half, batch.size()));
      return true;
    }
    if (!(batch.getFirst() instanceof Unreadable refused)) {
      settle(List.of(new Unreadable(batch.getFirst().raw(), reason, detail)));
      return true;
    }
    Optional<Unreadable> less = Reduction.of(refused);
    if (less.isPresent()) {
      LOG.errorf(
          "a message (%s, id %s, %d bytes) cannot be parked as it is and is parked in part: %s",
          refused.reason(), refused.raw().eventId(), refused.raw().body().length, detail);
      settle(List.of(less.get()));
    }
    return less.isPresent();
  }
}

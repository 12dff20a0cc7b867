package dev.aftercommit.aggregator.average;

import dev.aftercommit.aggregator.config.AggregatorConfig;
import dev.aftercommit.aggregator.problem.Problems;
import dev.aftercommit.events.ConsistencyToken;
import io.quarkiverse.resteasy.problem.HttpProblem;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Holds a read back until the write that its consistency token names has taken effect, by whichever
 * instance; bounded in time and in the number of readers that wait.
 */
@Singleton
class ConsistencyGate {

  private final AverageQueries queries;
  private final AggregatorConfig.Consistency config;
  private final Semaphore places;

  ConsistencyGate(AverageQueries queries, AggregatorConfig config) {
    this.queries = queries;
    this.config = config.consistency();
    this.places = new Semaphore(this.config.mostWaiting());
  }

  /**
   * Returns when a read that starts now includes the write; at once without a token.
   *
   * @throws HttpProblem 400 when the token is not one of ours, 503 when the write is not there in
   *     time
   */
  void pass(@Nullable String encoded) throws SQLException, InterruptedException {
    if (encoded == null || encoded.isBlank()) {
      return;
    }
    ConsistencyToken token = ConsistencyToken.decode(encoded).orElseThrow(Problems::malformedToken);
    if (queries.includes(token)) {
      return;
    }
    if (!places.tryAcquire()) {
      throw Problems.notIncludedYet(token, "and " + config.mostWaiting() + " readers wait already");
    }
    try {
      await(token);
    } finally {
      places.release();
    }
  }

  private void await(ConsistencyToken token) throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + config.longestWait().toNanos();
    Duration pause = config.pollFirst();
    while (System.nanoTime() < deadline) {
      Thread.sleep(pause);
      if (queries.includes(token)) {
        return;
      }
      Duration doubled = pause.multipliedBy(2);
      pause = doubled.compareTo(config.pollLongest()) < 0 ? doubled : config.pollLongest();
    }
    throw Problems.notIncludedYet(token, "after " + config.longestWait().toMillis() + " ms");
  }
}

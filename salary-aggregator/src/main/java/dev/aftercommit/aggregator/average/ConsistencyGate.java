package dev.aftercommit.aggregator.average;

import dev.aftercommit.aggregator.config.AggregatorConfig;
import dev.aftercommit.aggregator.problem.Problems;
import dev.aftercommit.events.ConsistencyToken;
import dev.aftercommit.resilience.Outage;
import dev.aftercommit.resilience.Outages;
import dev.aftercommit.resilience.SupervisedThread;
import io.quarkiverse.resteasy.problem.HttpProblem;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Holds a read back until the write that its consistency token names has taken effect, by whichever
 * instance; bounded in time and in the number of readers that wait.
 *
 * <p>One thread looks for all who wait, in one query: when the events come late, hundreds of
 * readers cost no more than one.
 */
@Singleton
class ConsistencyGate {

  private static final Logger LOG = Logger.getLogger(ConsistencyGate.class);
  private static final Duration IDLE = Duration.ofSeconds(1);
  private static final Duration STOP_LIMIT = Duration.ofMillis(10);

  private final AverageQueries queries;
  private final AggregatorConfig.Consistency config;
  private final Semaphore places;
  private final Set<Reader> waiting = ConcurrentHashMap.newKeySet();
  private final Semaphore arrivals = new Semaphore(0);
  private final Outage outage;
  private final SupervisedThread lookout;

  /** Somebody who waits; equal only to itself. */
  private static final class Reader {
    final ConsistencyToken token;
    final CountDownLatch included = new CountDownLatch(1);

    Reader(ConsistencyToken token) {
      this.token = token;
    }
  }

  ConsistencyGate(AverageQueries queries, AggregatorConfig config, Outages outages) {
    this.queries = queries;
    this.config = config.consistency();
    this.places = new Semaphore(this.config.mostWaiting());
    this.outage = outages.of("consistency-gate", "the look for awaited writes", LOG, false);
    this.lookout =
        new SupervisedThread(
            "consistency-gate",
            this.config.pollLongest(),
            this.config.longestWait(),
            STOP_LIMIT,
            outage,
            this::lookForAll);
    this.lookout.start();
  }

  /**
   * Returns when a read that starts now includes the write, see {@link AverageQueries#included}; at
   * once without a token.
   *
   * @throws HttpProblem 400 when the token is not one of ours, 503 when the write is not there in
   *     time
   */
  void pass(@Nullable String encoded) throws SQLException, InterruptedException {
    if (encoded == null || encoded.isBlank()) {
      return;
    }
    ConsistencyToken token = ConsistencyToken.decode(encoded).orElseThrow(Problems::malformedToken);
    if (!queries.included(List.of(token)).isEmpty()) {
      return;
    }
    if (!places.tryAcquire()) {
      throw Problems.notIncludedYet(token, "and " + config.mostWaiting() + " readers wait already");
    }
    Reader reader = new Reader(token);
    waiting.add(reader);
    arrivals.release();
    try {
      if (!reader.included.await(config.longestWait().toNanos(), TimeUnit.NANOSECONDS)) {
        throw Problems.notIncludedYet(token, "after " + config.longestWait().toMillis() + " ms");
      }
    } finally {
      waiting.remove(reader);
      places.release();
    }
  }

  @PreDestroy
  void stop() {
    lookout.close();
  }

  private void lookForAll() throws InterruptedException {
    Duration pause = config.pollFirst();
    while (!lookout.isStopping()) {
      if (waiting.isEmpty()) {
        pause = config.pollFirst();
        if (arrivals.tryAcquire(IDLE.toMillis(), TimeUnit.MILLISECONDS)) {
          arrivals.drainPermits();
        }
      } else {
        Thread.sleep(pause); // a new reader does not shorten the pause of those who wait already
        boolean found = look();
        pause = found ? config.pollFirst() : min(pause.multipliedBy(2), config.pollLongest());
        outage.works();
      }
    }
  }

  private boolean look() {
    List<Reader> readers = List.copyOf(waiting);
    try {
      Set<ConsistencyToken> included =
          queries.included(readers.stream().map(reader -> reader.token).distinct().toList());
      for (Reader reader : readers) {
        if (included.contains(reader.token)) {
          reader.included.countDown();
        }
      }
      return !included.isEmpty();
    } catch (SQLException e) {
      LOG.debug("consistency tokens not looked for, tried again soon", e);
      return false;
    }
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}

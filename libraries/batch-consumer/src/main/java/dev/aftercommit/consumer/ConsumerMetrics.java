package dev.aftercommit.consumer;

import dev.aftercommit.consumer.Reading.Unreadable;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;

/**
 * What this process has consumed since it started. Measuring never fails: it comes after the commit
 * and decides nothing.
 */
@Singleton
class ConsumerMetrics {

  /** Nanoseconds in a long end after 292 years. */
  private static final Duration LONGEST_LAG = Duration.ofDays(365);

  private final MeterRegistry registry;
  private final Counter applied;
  private final Counter duplicates;
  private final Counter retries;
  private final DistributionSummary batchSize;
  private final Timer batchTime;
  private final Timer lag;

  ConsumerMetrics(MeterRegistry registry) {
    this.registry = registry;
    applied = registry.counter("consumer.messages.applied");
    duplicates = registry.counter("consumer.messages.duplicates");
    retries = registry.counter("consumer.batch.retries");
    batchSize = registry.summary("consumer.batch.size");
    batchTime = registry.timer("consumer.batch");
    lag =
        Timer.builder("consumer.lag")
            .description("from the change at its service to its effect here, by two clocks")
            .serviceLevelObjectives(
                Duration.ofMillis(5),
                Duration.ofMillis(10),
                Duration.ofMillis(20),
                Duration.ofMillis(50),
                Duration.ofMillis(200),
                Duration.ofSeconds(1),
                Duration.ofSeconds(10))
            .register(registry);
  }

  void committed(BatchOutcome outcome) {
    applied.increment(outcome.applied().size());
    duplicates.increment(outcome.duplicates());
    for (Unreadable message : outcome.parked()) {
      registry.counter("consumer.messages.parked", "reason", message.reason()).increment();
    }
    Instant now = Instant.now();
    for (ReceivedEvent received : outcome.applied()) {
      lag.record(lag(received.event().occurredAt(), now));
    }
  }

  /** A time of the future counts as now; one of years ago, whatever its age, as a year ago. */
  static Duration lag(Instant occurredAt, Instant now) {
    if (!occurredAt.isBefore(now)) {
      return Duration.ZERO;
    }
    Duration age = Duration.between(occurredAt, now);
    return age.compareTo(LONGEST_LAG) < 0 ? age : LONGEST_LAG;
  }

  void batch(int size, long nanos) {
    batchSize.record(size);
    batchTime.record(Duration.ofNanos(nanos));
  }

  void purged(String what, int rows) {
    registry.counter("consumer.rows.purged", "what", what).increment(rows);
  }

  void retried() {
    retries.increment();
  }
}

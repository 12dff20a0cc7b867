package dev.aftercommit.consumer;

import dev.aftercommit.inbox.GapReport;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/**
 * Tells of versions that have not arrived for longer than events overtake each other: in gauges,
 * one line per finding, and as a detail of the readiness, which stays UP, since another instance
 * misses the same. Nobody who asks waits for the database: the look has a schedule of its own.
 */
@Readiness
@Singleton
class GapCheck implements HealthCheck {

  private static final Logger LOG = Logger.getLogger(GapCheck.class);

  /** Findings that grow or shrink are told at this interval. */
  private static final Duration BETWEEN_LINES = Duration.ofMinutes(1);

  private final DataSource dataSource;
  private final ConsumerConfig config;
  private volatile GapReport report = GapReport.NONE;
  private GapReport told = GapReport.NONE;
  private long toldAt;

  GapCheck(DataSource dataSource, ConsumerConfig config, MeterRegistry registry) {
    this.dataSource = dataSource;
    this.config = config;
    Gauge.builder("consumer.gaps", this, check -> check.report.gaps())
        .description("ranges of versions that are missing for longer than consumer.gap-lag")
        .register(registry);
    Gauge.builder("consumer.gap.versions", this, check -> check.report.versions())
        .description("versions that are missing for longer than consumer.gap-lag")
        .register(registry);
  }

  @Scheduled(every = "{consumer.gap-check}", concurrentExecution = ConcurrentExecution.SKIP)
  void look() {
    try (Connection connection = dataSource.getConnection()) {
      tell(GapReport.read(connection, config.gapLag()));
    } catch (SQLException e) {
      LOG.debug("versions that are missing are looked for another time", e);
    }
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response = HealthCheckResponse.named("versions that arrived").up();
    GapReport now = report;
    if (now.gaps() > 0) {
      response
          .withData("gaps", now.gaps())
          .withData("missing", "%.0f versions".formatted(now.versions()))
          .withData("longest", String.join(", ", now.longest()));
    }
    return response.build();
  }

  private synchronized void tell(GapReport found) {
    report = found;
    long now = System.nanoTime();
    if (found.equals(told)
        || (found.gaps() > 0 && told.gaps() > 0 && now - toldAt < BETWEEN_LINES.toNanos())) {
      return;
    }
    told = found;
    toldAt = now;
    if (found.gaps() == 0) {
      LOG.info("every version that was missing has arrived");
    } else {
      LOG.warnf(
          "%.0f versions of %d ranges have not arrived for more than %d s although newer ones have: %s%s; they are lost, parked, or the newer one was forged: look at the parked lists here and at the relay, then republish",
          found.versions(),
          found.gaps(),
          config.gapLag().toSeconds(),
          String.join(", ", found.longest()),
          found.gaps() > GapReport.SHOWN ? ", ..." : "");
    }
  }
}

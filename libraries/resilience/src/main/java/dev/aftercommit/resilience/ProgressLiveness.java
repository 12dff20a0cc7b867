package dev.aftercommit.resilience;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Default;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.jboss.logging.Logger;

/**
 * Liveness: DOWN while a work of this process stands still and only a restart helps; see {@link
 * Progress}. A thread of its own looks; the check itself never waits.
 */
@Default // a qualifier like Liveness takes it away
@Liveness
@Singleton
public class ProgressLiveness implements HealthCheck {

  private static final Logger LOG = Logger.getLogger(ProgressLiveness.class);

  private final MeterRegistry registry;
  private final Duration limit;
  private final Duration interval;
  private final Map<String, Progress> works = new ConcurrentSkipListMap<>();
  private final Queue<Gauge> gauges = new ConcurrentLinkedQueue<>();
  private final Outage itself = new Outage(LOG, "the look for work that stands still");
  private final SupervisedThread lookout;

  /**
   * Starts to look.
   *
   * @param limit how long work may stand still
   */
  public ProgressLiveness(
      MeterRegistry registry,
      @ConfigProperty(name = "resilience.progress-limit", defaultValue = "60s") Duration limit) {
    this.registry = registry;
    this.limit = limit;
    this.interval = limit.dividedBy(6);
    this.lookout =
        new SupervisedThread(
            "progress-liveness", interval, limit, Duration.ofMillis(10), itself, this::lookForEver);
    lookout.start();
  }

  /**
   * Watches a work from now on.
   *
   * @param name short, labels the metric {@code progress.stalled} and the liveness detail
   */
  public Progress of(String name, Progress.Dependencies dependencies) {
    return works.computeIfAbsent(
        name,
        _ -> {
          Progress progress = new Progress(limit, dependencies);
          gauges.add(
              Gauge.builder("progress.stalled", progress, p -> p.isStalled() ? 1 : 0)
                  .description("1 while this work stands still although what it depends on answers")
                  .tag("of", name)
                  .register(registry));
          return progress;
        });
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response = HealthCheckResponse.named("progress").up();
    works.forEach(
        (name, progress) -> {
          if (progress.isStalled()) {
            response
                .down()
                .withData(name, "stands still for " + progress.pause().toSeconds() + " s");
          }
        });
    return response.build();
  }

  @PreDestroy
  void stop() {
    lookout.close();
    gauges.forEach(registry::remove);
  }

  private void lookForEver() throws InterruptedException {
    while (!lookout.isStopping()) {
      Thread.sleep(interval);
      works.forEach(this::look);
      itself.works();
    }
  }

  private void look(String name, Progress progress) {
    boolean before = progress.isStalled();
    progress.look();
    if (progress.isStalled() && !before) {
      LOG.errorf(
          "%s has made no progress for %d s although what it depends on answers: liveness is DOWN, this process should be restarted",
          name, progress.pause().toSeconds());
    }
  }
}

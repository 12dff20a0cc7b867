package dev.aftercommit.relay.backlog;

import dev.aftercommit.outbox.Shards;
import dev.aftercommit.relay.RelayLoop;
import dev.aftercommit.relay.config.RelayConfig;
import dev.aftercommit.resilience.Outage;
import dev.aftercommit.resilience.Outages;
import dev.aftercommit.resilience.SupervisedThread;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The backlog as gauges. A scrape never waits: it gets what was read last, or nothing (NaN) when
 * that is too old. A thread of its own reads, as long as somebody scrapes.
 */
@ApplicationScoped
class BacklogMetrics {

  private static final Logger LOG = Logger.getLogger(BacklogMetrics.class);
  private static final Duration WATCHED = Duration.ofMinutes(2);
  private static final Duration STOP_LIMIT = Duration.ofMillis(10);

  private final MeterRegistry registry;
  private final BacklogStore store;
  private final RelayLoop loop;
  private final RelayConfig config;
  private final Outage outage;
  private final SupervisedThread reader;
  private final Semaphore wanted = new Semaphore(0);
  private volatile @Nullable Reading latest;
  private volatile long scrapedAt = System.nanoTime() - WATCHED.toNanos();

  private record Reading(Backlog backlog, long at) {}

  BacklogMetrics(
      MeterRegistry registry,
      BacklogStore store,
      RelayLoop loop,
      RelayConfig config,
      Outages outages) {
    this.registry = registry;
    this.store = store;
    this.loop = loop;
    this.config = config;
    this.outage = outages.of("backlog", "counting the backlog for the metrics", LOG, false);
    this.reader =
        new SupervisedThread(
            "relay-backlog",
            config.backoffMin(),
            config.backlogRead(),
            STOP_LIMIT,
            outage,
            this::readOn);
  }

  void register(@Observes StartupEvent event) {
    reader.start();
    gauge("outbox.backlog.events", "Events committed and not confirmed", Backlog::pending);
    gauge(
        "outbox.backlog.oldest.seconds",
        "Age of the oldest of them",
        backlog -> backlog.oldestAgeMillis() / 1000.0);
    gauge("outbox.parked.events", "Events set aside", Backlog::parked);
    for (int shard = 0; shard < Shards.COUNT; shard++) {
      Tags tags = Tags.of("shard", Integer.toString(shard));
      int index = shard;
      gauge(
          "outbox.shard.owned",
          "1 where this relay owns the shard",
          tags,
          backlog -> loop.instance().equals(backlog.shards().get(index).owner()) ? 1 : 0);
      gauge(
          "outbox.shard.epoch",
          "How often the shard has changed hands",
          tags,
          backlog -> backlog.shards().get(index).epoch());
      gauge(
          "outbox.shard.backlog.events",
          "Events of the shard committed and not confirmed",
          tags,
          backlog -> backlog.shards().get(index).pending());
    }
  }

  private void gauge(String name, String description, ToDoubleFunction<Backlog> value) {
    gauge(name, description, Tags.empty(), value);
  }

  private void gauge(String name, String description, Tags tags, ToDoubleFunction<Backlog> value) {
    Gauge.builder(name, this, metrics -> metrics.value(value))
        .description(description)
        .tags(tags)
        .register(registry);
  }

  private double value(ToDoubleFunction<Backlog> value) {
    long now = System.nanoTime();
    scrapedAt = now;
    Reading reading = latest;
    if ((reading == null || now - reading.at > config.backlogRead().toNanos())
        && wanted.availablePermits() == 0) {
      wanted.release();
    }
    return reading == null || now - reading.at > config.backlogKept().toNanos()
        ? Double.NaN
        : value.applyAsDouble(reading.backlog);
  }

  private void readOn() throws SQLException, InterruptedException {
    while (!reader.isStopping()) {
      boolean asked = wanted.tryAcquire(config.backlogRead().toNanos(), TimeUnit.NANOSECONDS);
      if (asked || System.nanoTime() - scrapedAt < WATCHED.toNanos()) {
        long begun = System.nanoTime();
        Backlog backlog = store.read();
        latest = new Reading(backlog, begun);
        outage.works();
      }
      wanted.drainPermits();
    }
  }

  @PreDestroy
  void stop() {
    reader.close();
  }
}

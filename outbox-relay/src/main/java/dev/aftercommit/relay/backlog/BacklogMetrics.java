package dev.aftercommit.relay.backlog;

import dev.aftercommit.outbox.Shards;
import dev.aftercommit.relay.RelayLoop;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.ToDoubleFunction;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The backlog as gauges. It is read when somebody scrapes, at most once in a while, and never by an
 * idle relay.
 */
@ApplicationScoped
class BacklogMetrics {

  private static final Logger LOG = Logger.getLogger(BacklogMetrics.class);
  private static final Duration KEPT = Duration.ofSeconds(2);

  private final MeterRegistry registry;
  private final BacklogStore store;
  private final RelayLoop loop;
  private @Nullable Backlog latest;
  private long readAt;

  BacklogMetrics(MeterRegistry registry, BacklogStore store, RelayLoop loop) {
    this.registry = registry;
    this.store = store;
    this.loop = loop;
  }

  void register(@Observes StartupEvent event) {
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
    Backlog backlog = backlog();
    return backlog == null ? Double.NaN : value.applyAsDouble(backlog);
  }

  private synchronized @Nullable Backlog backlog() {
    if (latest == null || System.nanoTime() - readAt > KEPT.toNanos()) {
      readAt = System.nanoTime();
      try {
        latest = store.read();
      } catch (SQLException e) {
        LOG.debugf("the backlog could not be read: %s", e.getMessage());
        latest = null;
      }
    }
    return latest;
  }
}

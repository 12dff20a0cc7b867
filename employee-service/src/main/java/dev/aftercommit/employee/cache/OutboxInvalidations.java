package dev.aftercommit.employee.cache;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import dev.aftercommit.employee.cache.CacheEvents.QueueDeletedException;
import dev.aftercommit.events.CloudEvents;
import dev.aftercommit.events.EventJson;
import dev.aftercommit.events.UnreadableEventException;
import dev.aftercommit.freshcache.Invalidation;
import dev.aftercommit.resilience.BackOff;
import dev.aftercommit.resilience.Outage;
import dev.aftercommit.resilience.Outages;
import dev.aftercommit.resilience.Progress;
import dev.aftercommit.resilience.ProgressLiveness;
import dev.aftercommit.resilience.SupervisedThread;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.eclipse.microprofile.health.Liveness;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Invalidates once more what the events of the outbox tell of, so that an instance that dies
 * between commit and invalidation leaves nothing old behind. A message is acknowledged when Redis
 * has confirmed; until then it stays unacknowledged here and is tried again, and the others wait at
 * the broker. Repeating an invalidation changes nothing, so no inbox is needed.
 *
 * <p>A message that cannot be made into an invalidation may tell of anything: it drops everything.
 * So does a queue that was not there, since events may have gone with it.
 *
 * <p>Commits and reads do not depend on it: it has a thread of its own, which tries to reach the
 * broker for as long as it takes.
 */
@ApplicationScoped
class OutboxInvalidations {

  private static final Logger LOG = Logger.getLogger(OutboxInvalidations.class);
  private static final Duration LOOK_AROUND = Duration.ofMillis(200);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(2);

  /** How many times the shortest pause between two tries the longest is. */
  private static final int LONGEST_PAUSES = 8;

  private final ReadCaches caches;
  private final BrokerSettings broker;
  private final CacheConfig config;
  private final Outage outage;
  private final Progress progress;
  private final MeterRegistry meters;
  private final Counter unreadable;
  private final Gauge gauge;
  private final SupervisedThread thread;
  private volatile int unconfirmed;

  /** Used by the thread only: it must survive a connection. */
  private boolean eventsMayBeLost;

  @Inject
  OutboxInvalidations(
      ReadCaches caches,
      BrokerSettings broker,
      CacheConfig config,
      Outages outages,
      @Liveness ProgressLiveness liveness,
      MeterRegistry meters) {
    this.caches = caches;
    this.broker = broker;
    this.config = config;
    this.outage =
        outages.of("cache-events", "taking events to invalidate the cache by", LOG, false);
    this.progress = liveness.of("cache-invalidations", this::check);
    this.unreadable =
        Counter.builder("aftercommit.cache.events.unreadable")
            .description("events that could not be made into an invalidation, and dropped all")
            .register(meters);
    this.meters = meters;
    this.gauge =
        Gauge.builder("aftercommit.cache.events.unconfirmed", this, o -> o.unconfirmed)
            .description("events taken whose invalidation Redis has not confirmed yet")
            .register(meters);
    Duration retry = config.events().brokerRetry();
    this.thread =
        new SupervisedThread(
            "cache-invalidations",
            retry,
            retry.multipliedBy(LONGEST_PAUSES),
            STOP_LIMIT,
            outage,
            this::consume);
  }

  void start(@Observes StartupEvent event) {
    thread.start();
  }

  void stop(@Observes ShutdownEvent event) {
    thread.close();
    meters.remove(gauge);
  }

  private void check() throws IOException, TimeoutException, InterruptedException {
    broker.check();
    if (config.enabled()) {
      caches.check();
    }
  }

  /** Ends with the connection. */
  private void consume() throws IOException, TimeoutException, InterruptedException {
    Connection connection = broker.connect("employee-service cache");
    try {
      List<String> missing = CacheEvents.missingQueues(connection);
      CacheEvents events = CacheEvents.consume(connection, config.events().prefetch());
      if (!missing.isEmpty()) {
        LOG.warnf(
            "queues %s were not there and have been declared; everything cached is dropped, since events may be lost",
            missing);
        eventsMayBeLost = true;
      }
      outage.works();
      while (!thread.isStopping()) {
        settle(events);
      }
    } catch (QueueDeletedException e) {
      eventsMayBeLost = true;
      throw e;
    } finally {
      unconfirmed = 0;
      BrokerSettings.close(connection);
    }
  }

  private void settle(CacheEvents events) throws IOException, InterruptedException {
    if (eventsMayBeLost) {
      awaitConfirmation(events, caches::invalidateAll);
      eventsMayBeLost = false;
    }
    List<Delivery> batch = events.take(config.events().batchSize(), LOOK_AROUND);
    if (!batch.isEmpty()) {
      unconfirmed = batch.size();
      awaitConfirmation(events, invalidationOf(batch));
      events.acknowledge(batch);
      unconfirmed = 0;
    }
    progress.made();
  }

  /**
   * Tries until Redis confirms; the messages stay unacknowledged meanwhile. The broker bounds that
   * by its {@code consumer_timeout}, after which it ends the channel.
   */
  private void awaitConfirmation(CacheEvents events, BooleanSupplier invalidation)
      throws IOException, InterruptedException {
    BackOff backOff =
        new BackOff(config.probeInterval(), config.probeInterval().multipliedBy(LONGEST_PAUSES));
    while (config.enabled() && !invalidation.getAsBoolean()) {
      backOff.pause();
      events.requireOpen();
      if (thread.isStopping()) {
        throw new InterruptedException("stopped before Redis has confirmed");
      }
    }
  }

  private BooleanSupplier invalidationOf(List<Delivery> batch) {
    List<Invalidation> changes = new ArrayList<>();
    int failures = 0;
    @Nullable Exception newest = null;
    for (Delivery delivery : batch) {
      try {
        changes.addAll(
            ReadCaches.invalidationsOf(EventJson.read(typeOf(delivery), delivery.getBody())));
      } catch (UnreadableEventException | RuntimeException e) { // of whatever kind: it never loops
        newest = e;
        failures++;
      }
    }
    if (newest == null) {
      return () -> caches.invalidate(changes);
    }
    unreadable.increment(failures);
    LOG.warnf(
        "everything cached is dropped, since %d of %d events cannot be made into invalidations, the last one: %s",
        failures, batch.size(), Outage.describe(newest));
    return caches::invalidateAll;
  }

  private static String typeOf(Delivery delivery) {
    Map<String, Object> headers = delivery.getProperties().getHeaders();
    return headers == null ? "" : String.valueOf(headers.get(CloudEvents.TYPE));
  }
}

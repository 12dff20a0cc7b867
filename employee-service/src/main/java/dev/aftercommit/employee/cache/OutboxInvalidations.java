package dev.aftercommit.employee.cache;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import dev.aftercommit.events.CloudEvents;
import dev.aftercommit.events.Event;
import dev.aftercommit.events.EventJson;
import dev.aftercommit.events.UnreadableEventException;
import dev.aftercommit.topology.Topology;
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
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Invalidates once more what the events of the outbox tell of, so that an instance that dies
 * between commit and invalidation leaves nothing old behind. A message is acknowledged when Redis
 * has confirmed; as long as Redis is away, messages wait at the broker. Repeating an invalidation
 * changes nothing, so no inbox is needed.
 *
 * <p>A message that cannot be read may tell of anything: it drops everything. The consumers that
 * need its content park it.
 *
 * <p>Commits and reads do not depend on it: it has a thread of its own, which tries to reach the
 * broker for as long as it takes.
 */
@ApplicationScoped
class OutboxInvalidations {

  private static final Logger LOG = Logger.getLogger(OutboxInvalidations.class);
  private static final Duration LOOK_AROUND = Duration.ofMillis(200);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(2);

  /**
   * What came back too often, because Redis failed again and again, is as good as ever. One channel
   * numbers the deliveries of both, so one acknowledgement covers both.
   */
  private static final List<String> QUEUES =
      List.of(Topology.CACHE_QUEUE, Topology.deadLetterQueueOf(Topology.CACHE_QUEUE));

  private final ReadCaches caches;
  private final BrokerSettings broker;
  private final CacheConfig config;
  private final Thread thread =
      Thread.ofPlatform().name("cache-invalidations").daemon().unstarted(this::run);
  private volatile boolean stopping;

  @Inject
  OutboxInvalidations(ReadCaches caches, BrokerSettings broker, CacheConfig config) {
    this.caches = caches;
    this.broker = broker;
    this.config = config;
  }

  void start(@Observes StartupEvent event) {
    thread.start();
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    stopping = true;
    thread.interrupt();
    thread.join(STOP_LIMIT);
  }

  private void run() {
    boolean told = false;
    while (!stopping) {
      try {
        awaitRedis();
        try (Connection connection = broker.factory().newConnection("employee-service cache")) {
          told = false;
          consume(connection.createChannel());
        }
        pause(config.events().brokerRetry());
      } catch (IOException | TimeoutException | RuntimeException e) {
        if (!told) {
          LOG.warn("events do not invalidate the cache until the broker answers", e);
          told = true;
        }
        pauseQuietly(config.events().brokerRetry());
      } catch (InterruptedException e) {
        LOG.debug("stopped; what is not acknowledged is delivered again");
      }
    }
  }

  private void awaitRedis() throws InterruptedException {
    while (config.enabled() && !caches.isTrusted()) {
      pause(LOOK_AROUND);
    }
  }

  /** Returns when the channel is gone or Redis does not confirm. */
  private void consume(Channel channel) throws IOException, InterruptedException {
    Topology.declare(channel);
    channel.basicQos(config.events().prefetch());
    BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
    for (String queue : QUEUES) {
      channel.basicConsume(
          queue,
          false,
          (consumer, delivery) -> deliveries.add(delivery),
          consumer -> channel.abort());
    }
    while (!stopping && channel.isOpen()) {
      List<Delivery> batch = take(deliveries);
      if (!batch.isEmpty()) {
        if (config.enabled() && !invalidate(batch)) {
          return;
        }
        channel.basicAck(batch.getLast().getEnvelope().getDeliveryTag(), true);
      }
    }
  }

  private List<Delivery> take(BlockingQueue<Delivery> deliveries) throws InterruptedException {
    List<Delivery> batch = new ArrayList<>();
    Delivery first = deliveries.poll(LOOK_AROUND.toMillis(), TimeUnit.MILLISECONDS);
    if (first != null) {
      batch.add(first);
      deliveries.drainTo(batch, config.events().batchSize() - 1);
    }
    return batch;
  }

  private boolean invalidate(List<Delivery> batch) {
    List<Event> events = new ArrayList<>(batch.size());
    boolean allRead = true;
    for (Delivery delivery : batch) {
      try {
        events.add(EventJson.read(typeOf(delivery), delivery.getBody()));
      } catch (UnreadableEventException e) {
        LOG.warnf("everything cached is dropped, since an event cannot be read: %s", e);
        allRead = false;
      }
    }
    return allRead
        ? caches.invalidate(ReadCaches.changesOfEmployees(events))
        : caches.invalidateAll();
  }

  private static String typeOf(Delivery delivery) {
    Map<String, Object> headers = delivery.getProperties().getHeaders();
    return headers == null ? "" : String.valueOf(headers.get(CloudEvents.TYPE));
  }

  private static void pause(Duration duration) throws InterruptedException {
    Thread.sleep(duration);
  }

  private void pauseQuietly(Duration duration) {
    try {
      pause(duration);
    } catch (InterruptedException e) {
      LOG.debug("stopped while waiting for the broker");
    }
  }
}

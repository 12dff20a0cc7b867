package dev.aftercommit.consumer;

import dev.aftercommit.resilience.BackOff;
import dev.aftercommit.resilience.Database;
import dev.aftercommit.resilience.Outage;
import dev.aftercommit.resilience.Outages;
import dev.aftercommit.resilience.Progress;
import dev.aftercommit.resilience.ProgressLiveness;
import dev.aftercommit.resilience.SupervisedThread;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads the channel employee-events on one thread: takes what is there, settles it in one
 * transaction, acknowledges it all at once. While a batch is being settled the next one gathers, so
 * batches grow with the load and a lone message waits for nobody.
 *
 * <p>One thread, because an acknowledgement covers all deliveries before it. More instances, not
 * more threads, take more load.
 *
 * <p>Whatever ends the subscription (broker restarted, channel closed, queue deleted), the answer
 * is the same: close what is left of the connection, declare the topology, subscribe anew. Whatever
 * ends the thread, an error included, it begins anew.
 */
@ApplicationScoped
class EmployeeEvents {

  private static final Logger LOG = Logger.getLogger(EmployeeEvents.class);

  /** How often an idle consumer looks whether it is still one. */
  private static final Duration IDLE = Duration.ofSeconds(1);

  private final Multi<Message<?>> messages;
  private final TopologyDeclarer topology;
  private final BatchSettler settler;
  private final DeliveryChannels channels;
  private final ConsumerMetrics metrics;
  private final ConsumerConfig config;
  private final Outage broker;
  private final Outage itself;
  private final Progress progress;
  private final SupervisedThread thread;
  private final BackOff backOff;

  private volatile @Nullable DeliveryQueue queue;

  EmployeeEvents(
      @Channel("employee-events") Multi<Message<?>> messages,
      TopologyDeclarer topology,
      BatchSettler settler,
      DeliveryChannels channels,
      ConsumerMetrics metrics,
      ConsumerConfig config,
      Outages outages,
      ProgressLiveness liveness,
      Database database) {
    this.messages = messages;
    this.topology = topology;
    this.settler = settler;
    this.channels = channels;
    this.metrics = metrics;
    this.config = config;
    this.broker = outages.of("broker", "RabbitMQ at " + topology.address(), LOG, false);
    this.backOff = new BackOff(config.brokerRetry(), config.brokerRetryLongest());
    this.progress =
        liveness.of(
            "employee-events",
            () -> {
              database.check();
              topology.declare();
            });
    this.itself = outages.of("consumer", "the thread that applies events", LOG, false);
    this.thread =
        new SupervisedThread(
            "employee-events",
            config.brokerRetry(),
            config.brokerRetryLongest(),
            config.stopLimit(),
            itself,
            this::run);
  }

  void start(@Observes StartupEvent event) {
    thread.start();
  }

  void stop(@Observes ShutdownEvent event) {
    thread.stop();
    DeliveryQueue open = queue;
    if (open != null) {
      open.end("this service stops");
    }
    thread.close();
  }

  private void run() throws InterruptedException {
    while (!thread.isStopping()) {
      try {
        topology.declare();
        consume();
      } catch (IOException | TimeoutException e) {
        broker.failed("no events are consumed: " + e);
      }
      if (!thread.isStopping()) {
        backOff.pause();
      }
    }
  }

  /** Subscribes and returns when the subscription has ended. */
  private void consume() throws InterruptedException {
    DeliveryQueue deliveries = new DeliveryQueue(config.prefetch());
    queue = deliveries;
    channels.whenGone(deliveries::end);
    messages.subscribe().withSubscriber(deliveries);
    try {
      settleAll(deliveries);
    } finally {
      deliveries.close();
      channels.closeConnection();
    }
  }

  private void settleAll(DeliveryQueue deliveries) throws InterruptedException {
    int last = 0;
    while (!thread.isStopping()) {
      Duration linger = last >= config.lingerFrom() ? config.linger() : Duration.ZERO;
      List<Delivery> batch = deliveries.take(config.batchSize(), linger, IDLE);
      if (!batch.isEmpty()) {
        settle(batch);
      } else if (deliveries.ended().isPresent()) {
        if (!thread.isStopping()) {
          broker.failed("consumption interrupted: " + deliveries.ended().get());
        }
        return;
      }
      if (channels.isSubscribed()) {
        broker.works();
        itself.works();
        backOff.reset();
        progress.made();
      }
      last = batch.size();
    }
  }

  private void settle(List<Delivery> batch) throws InterruptedException {
    long begun = System.nanoTime();
    settler.settle(batch.stream().map(delivery -> Reading.of(delivery.message())).toList());
    metrics.batch(batch.size(), System.nanoTime() - begun);
    channels.acknowledgeUpTo(batch.getLast());
  }
}

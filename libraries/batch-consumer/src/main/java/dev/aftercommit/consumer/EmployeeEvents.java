package dev.aftercommit.consumer;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
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
 * is the same: close what is left of the connection, declare the topology, subscribe anew.
 */
@ApplicationScoped
class EmployeeEvents {

  private static final Logger LOG = Logger.getLogger(EmployeeEvents.class);

  private final Multi<Message<?>> messages;
  private final TopologyDeclarer topology;
  private final BatchSettler settler;
  private final DeliveryChannels channels;
  private final ConsumerMetrics metrics;
  private final ConsumerConfig config;
  private final Thread thread = Thread.ofPlatform().name("employee-events").unstarted(this::run);

  private volatile boolean stopping;
  private volatile @Nullable DeliveryQueue queue;

  EmployeeEvents(
      @Channel("employee-events") Multi<Message<?>> messages,
      TopologyDeclarer topology,
      BatchSettler settler,
      DeliveryChannels channels,
      ConsumerMetrics metrics,
      ConsumerConfig config) {
    this.messages = messages;
    this.topology = topology;
    this.settler = settler;
    this.channels = channels;
    this.metrics = metrics;
    this.config = config;
  }

  void start(@Observes StartupEvent event) {
    thread.start();
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    stopping = true;
    DeliveryQueue open = queue;
    if (open != null) {
      open.end("this service stops");
    }
    if (!thread.join(config.stopLimit())) {
      thread.interrupt();
    }
  }

  private void run() {
    try {
      while (!stopping) {
        topology.declare();
        consume();
        if (!stopping) {
          Thread.sleep(config.brokerRetry());
        }
      }
    } catch (InterruptedException e) {
      LOG.info("stopped; what is not acknowledged is delivered again");
    } catch (Error e) {
      LOG.fatal("consumption ended; the process ends, so that it is started anew", e);
      Quarkus.asyncExit(1);
      throw e;
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
    while (!stopping) {
      Duration linger = last >= config.lingerFrom() ? config.linger() : Duration.ZERO;
      List<Delivery> batch = deliveries.take(config.batchSize(), linger);
      if (batch.isEmpty()) {
        return;
      }
      last = batch.size();
      long begun = System.nanoTime();
      settler.settle(batch.stream().map(delivery -> Reading.of(delivery.message())).toList());
      metrics.batch(last, System.nanoTime() - begun);
      channels.acknowledgeUpTo(batch.getLast());
    }
  }
}

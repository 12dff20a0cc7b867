package dev.aftercommit.relay;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.aftercommit.relay.config.RelayConfig;
import dev.aftercommit.relay.publish.Broker;
import dev.aftercommit.resilience.Outage;
import dev.aftercommit.resilience.SupervisedThread;
import dev.aftercommit.topology.Topology;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * Looks again and again for the exchanges and queues, over a connection of its own: the mandatory
 * flag tells only that no queue at all took an event, not that one of several is missing. Where the
 * relay declares the topology, it declares what is missing, and every binding, which AMQP gives no
 * way to look for.
 */
final class TopologyWatch implements AutoCloseable {

  private static final Duration STOP_LIMIT = Duration.ofMillis(10);

  private final Broker broker;
  private final Duration interval;
  private final RelayMetrics metrics;
  private final Outage outage;
  private final SupervisedThread thread;

  TopologyWatch(Broker broker, RelayConfig config, RelayMetrics metrics, Outage outage) {
    this.broker = broker;
    this.interval = config.topologyCheck();
    this.metrics = metrics;
    this.outage = outage;
    this.thread =
        new SupervisedThread(
            "relay-topology",
            config.backoffMin(),
            config.backoffMax(),
            STOP_LIMIT,
            outage,
            this::watch);
    thread.start();
  }

  @Override
  public void close() {
    thread.close();
  }

  private void watch() throws IOException, TimeoutException, InterruptedException {
    try (Connection connection = broker.connect("outbox-relay-topology")) {
      while (!thread.isStopping()) {
        look(connection);
        Thread.sleep(interval);
      }
    }
  }

  private void look(Connection connection) throws IOException, TimeoutException {
    List<String> missing = Topology.missing(connection);
    if (broker.declaresTopology()) {
      try (Channel channel = connection.createChannel()) {
        Topology.declare(channel);
      }
    }
    if (missing.isEmpty()) {
      outage.works();
      return;
    }
    metrics.topologyMissing(missing.size());
    outage.failed(
        broker.declaresTopology()
            ? "missing and now declared again: %s; its consumer has lost what was in it and what was published meanwhile"
                .formatted(missing)
            : "missing: %s; its consumer gets no events until an operator declares it"
                .formatted(missing));
  }
}

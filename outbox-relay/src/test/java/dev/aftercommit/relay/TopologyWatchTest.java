package dev.aftercommit.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.ShutdownSignalException;
import dev.aftercommit.relay.config.RelayConfig;
import dev.aftercommit.relay.publish.Broker;
import dev.aftercommit.relay.publish.BrokerConfig;
import dev.aftercommit.resilience.Outages;
import dev.aftercommit.stack.servers.RabbitMqServer;
import dev.aftercommit.stack.testing.SharedServers;
import dev.aftercommit.topology.Topology;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One of several queues that loses its events in silence: publishing itself tells nothing. */
class TopologyWatchTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  private final Logger log = Logger.getLogger(TopologyWatchTest.class);
  private final RabbitMqServer server = SharedServers.get().rabbitMq();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final AtomicBoolean publishing = new AtomicBoolean(true);
  private Connection connection;
  private Channel channel;
  private Thread load;

  @BeforeEach
  void connect() throws Exception {
    SharedServers.get().emptyQueues();
    connection = server.connect();
    channel = connection.createChannel();
    load = Thread.ofPlatform().start(this::publishOn);
  }

  @AfterEach
  void disconnect() throws Exception {
    publishing.set(false);
    load.join();
    connection.close();
    SharedServers.get().emptyQueues();
  }

  @Test
  void aQueueThatIsDeletedUnderLoadIsToldAndDeclaredAgain() throws Exception {
    RelayOutages outages = outages(true);
    try (TopologyWatch _ = watch(true, outages)) {
      channel.queueDelete(Topology.AGGREGATOR_QUEUE);

      await().atMost(SOON).until(() -> registry.counter("outbox.topology.missing").count() >= 1);
      await().atMost(SOON).until(() -> receives(Topology.AGGREGATOR_QUEUE));
      await().atMost(SOON).until(() -> outages.topology.reason().isEmpty());
    }
  }

  @Test
  void aQueueThatIsUnboundUnderLoadIsBoundAgain() throws Exception {
    RelayOutages outages = outages(true);
    try (TopologyWatch _ = watch(true, outages)) {
      channel.queueUnbind(Topology.NOTIFICATION_QUEUE, Topology.EVENTS_EXCHANGE, "#");
      channel.queuePurge(Topology.NOTIFICATION_QUEUE);

      await().atMost(SOON).until(() -> receives(Topology.NOTIFICATION_QUEUE));
    }
  }

  @Test
  void whereOperatorsDeclareTheTopologyWhatIsMissingIsToldUntilTheyDo() throws Exception {
    RelayOutages outages = outages(false);
    try (TopologyWatch _ = watch(false, outages)) {
      channel.queueDelete(Topology.CACHE_QUEUE);
      channel.exchangeDelete(Topology.DEAD_LETTER_EXCHANGE);

      await()
          .atMost(SOON)
          .until(
              () ->
                  outages
                      .topology
                      .reason()
                      .filter(r -> r.contains(Topology.CACHE_QUEUE))
                      .isPresent());
      assertThat(outages.topology.reason().orElseThrow())
          .contains(Topology.DEAD_LETTER_EXCHANGE, "until an operator declares it")
          .doesNotContain(Topology.AGGREGATOR_QUEUE);

      Topology.declare(channel);

      await().atMost(SOON).until(() -> outages.topology.reason().isEmpty());
    }
  }

  private boolean receives(String queue) throws Exception {
    // Asked on a channel of its own: the broker closes it as long as the queue is missing.
    Channel asking = connection.createChannel();
    try {
      return asking.messageCount(queue) > 0;
    } catch (IOException e) {
      return false;
    } finally {
      asking.abort();
    }
  }

  private RelayOutages outages(boolean declare) {
    return new RelayOutages(new Outages(registry), broker(declare));
  }

  private TopologyWatch watch(boolean declare, RelayOutages outages) {
    RelayConfig config =
        new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(RelayConfig.class)
            .withDefaultValue("aftercommit.relay.topology-check", "100ms")
            .build()
            .getConfigMapping(RelayConfig.class);
    return new TopologyWatch(
        broker(declare), config, new RelayMetrics(registry, Clock.systemUTC()), outages.topology);
  }

  private Broker broker(boolean declare) {
    return new Broker(
        new BrokerConfig(
            server.host(),
            server.port(),
            server.username(),
            server.password(),
            server.virtualHost(),
            declare));
  }

  /** RabbitMQ 3.10 ends a connection that publishes to a quorum queue while that is deleted. */
  private void publishOn() {
    while (publishing.get()) {
      try (Connection own = server.connect();
          Channel publisher = own.createChannel()) {
        publisher.confirmSelect();
        while (publishing.get()) {
          publisher.basicPublish(
              Topology.EVENTS_EXCHANGE,
              "employee.hired",
              MessageProperties.MINIMAL_PERSISTENT_BASIC,
              new byte[0]);
          publisher.waitForConfirms(SOON.toMillis());
        }
      } catch (IOException | TimeoutException | ShutdownSignalException e) {
        log.debugf("the load connects again: %s", e.getMessage());
      } catch (InterruptedException e) {
        return;
      }
    }
  }
}

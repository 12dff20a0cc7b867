package dev.aftercommit.relay;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Connection;
import dev.aftercommit.relay.InFlightPage.Sent;
import dev.aftercommit.relay.config.RelayConfig;
import dev.aftercommit.relay.cursor.OutboxReader;
import dev.aftercommit.relay.lease.Ownership;
import dev.aftercommit.relay.lease.ShardStore;
import dev.aftercommit.relay.lease.ShardStore.Heartbeat;
import dev.aftercommit.relay.park.ParkedEvents;
import dev.aftercommit.relay.publish.BrokerConfig;
import dev.aftercommit.relay.publish.BrokerLink;
import dev.aftercommit.relay.publish.ConfirmedPublisher;
import dev.aftercommit.resilience.Outages;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;

/**
 * A relay's loop, once around and without its timers: one heartbeat, the shards that are free, one
 * page, its confirms, the cursor. The classes are the relay's own; only {@link RelayLoop}, which
 * decides when, is replaced.
 */
final class OneRelay {

  private static final Duration LEASE = Duration.ofHours(1);
  private static final Duration PAUSE = Duration.ofMillis(2);
  private static final int TRIES = 3;

  private static final RelayConfig CONFIG =
      new SmallRyeConfigBuilder()
          .addDiscoveredConverters()
          .withMapping(RelayConfig.class)
          .withDefaultValue("aftercommit.relay.cursor-save", "1h")
          .build()
          .getConfigMapping(RelayConfig.class);

  private static final RelayOutages OUTAGES =
      new RelayOutages(
          new Outages(new SimpleMeterRegistry()),
          new dev.aftercommit.relay.publish.Broker(
              new BrokerConfig("localhost", 1, "", "", "/", true)));

  private OneRelay() {}

  /** Gives the relay's connection to RabbitMQ, which stays open; a new one if it is gone. */
  @FunctionalInterface
  interface Broker {
    Connection connect() throws IOException;
  }

  /**
   * Runs it.
   *
   * @param name the same after a restart
   * @param stopped whether its process was killed
   */
  static void run(String name, DataSource database, Broker broker, BooleanSupplier stopped)
      throws IOException, SQLException {
    Signal signal = new Signal();
    ShardStore shards = new ShardStore(database, name, LEASE);
    try (Ownership owned = new Ownership(shards, LEASE, LEASE, OUTAGES.lease, signal::give)) {
      Heartbeat beat = owned.takeNews();
      while (beat == null && !stopped.getAsBoolean()) {
        signal.await(PAUSE);
        beat = owned.takeNews();
      }
      for (int tries = 1; !stopped.getAsBoolean(); tries++) {
        try {
          relay(database, broker, shards, owned, signal);
          return;
        } catch (IOException | SQLException | AlreadyClosedException e) {
          if (tries == TRIES) {
            throw e;
          }
        }
      }
    }
  }

  private static void relay(
      DataSource database, Broker broker, ShardStore shards, Ownership owned, Signal signal)
      throws IOException, SQLException {
    RelayMetrics metrics = new RelayMetrics(new SimpleMeterRegistry(), Clock.systemUTC());
    Refusals refusals = new Refusals(CONFIG, OUTAGES.nacks);
    // Not closed: the relay's connection stays open.
    BrokerLink<Sent> link = new BrokerLink<>(broker::connect, CONFIG.confirmWindow(), signal::give);
    try (OutboxReader reader = new OutboxReader(database, CONFIG.pageSize());
        ConfirmedPublisher<Sent> _ = link.publisher()) {
      RelaySession session =
          new RelaySession(
              CONFIG,
              shards,
              new ParkedEvents(database),
              owned,
              reader,
              new Deliveries(CONFIG, link, refusals, metrics, OUTAGES, () -> true, () -> {}),
              refusals,
              signal,
              metrics,
              OUTAGES);
      session.adopt(owned.current());
      if (session.canRead()) {
        session.relayPage();
      }
      session.quiesce();
    }
  }
}

package dev.aftercommit.relay;

import dev.aftercommit.relay.InFlightPage.Sent;
import dev.aftercommit.relay.config.RelayConfig;
import dev.aftercommit.relay.cursor.OutboxReader;
import dev.aftercommit.relay.cursor.RewoundOutboxException;
import dev.aftercommit.relay.lease.Ownership;
import dev.aftercommit.relay.lease.ShardStore;
import dev.aftercommit.relay.lease.ShardStore.Heartbeat;
import dev.aftercommit.relay.park.ParkedEvents;
import dev.aftercommit.relay.publish.Broker;
import dev.aftercommit.relay.publish.BrokerLink;
import dev.aftercommit.resilience.Database;
import dev.aftercommit.resilience.Progress;
import dev.aftercommit.resilience.ProgressLiveness;
import dev.aftercommit.resilience.SupervisedThread;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import javax.sql.DataSource;
import org.eclipse.microprofile.health.Liveness;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The relay's thread: keeps a session while broker and database answer, and starts a new one, with
 * growing pauses that nothing makes shorter, when one of them does not. Between events it sleeps
 * until a bell rings.
 */
@ApplicationScoped
public class RelayLoop {

  private static final Logger LOG = Logger.getLogger(RelayLoop.class);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

  private final RelayConfig config;
  private final DataSource dataSource;
  private final Database database;
  private final Broker broker;
  private final RelayMetrics metrics;
  private final RelayOutages outages;
  private final Progress progress;
  private final ShardStore shards;
  private final ParkedEvents parkedEvents;
  private final Refusals refusals;
  private final String instance;
  private final Signal signal = new Signal();

  private volatile boolean running = true;
  private volatile boolean bell;
  private volatile boolean connected;
  private @Nullable Ownership ownership;
  private @Nullable BellListener listener;
  private @Nullable TopologyWatch topology;
  private @Nullable SupervisedThread thread;

  RelayLoop(
      RelayConfig config,
      DataSource dataSource,
      Database database,
      Broker broker,
      RelayMetrics metrics,
      RelayOutages outages,
      @Liveness ProgressLiveness liveness) {
    this.config = config;
    this.dataSource = dataSource;
    this.database = database;
    this.broker = broker;
    this.metrics = metrics;
    this.outages = outages;
    this.progress =
        liveness.of(
            "relay",
            () -> {
              database.check();
              broker.check();
            });
    this.instance = config.instance().orElseGet(RelayLoop::makeUpName);
    this.shards = new ShardStore(dataSource, instance, config.lease());
    this.parkedEvents = new ParkedEvents(dataSource);
    this.refusals = new Refusals(config, outages.nacks);
  }

  /** The name of this relay among the others. */
  public String instance() {
    return instance;
  }

  /** Whether the relay works with the broker and the outbox at this moment. */
  public boolean isConnected() {
    Ownership present = ownership;
    return connected && present != null && present.isValid();
  }

  /** Why it does not; empty when it does, or has not begun yet. */
  public Optional<String> reason() {
    return outages.relaying.reason().or(outages.lease::reason);
  }

  /** Looks at the shards and at requests to replay at once. */
  public void refresh() {
    Ownership present = ownership;
    if (present != null) {
      present.refresh();
    }
  }

  void start(@Observes StartupEvent event) {
    Ownership owned =
        new Ownership(shards, config.lease(), config.heartbeat(), outages.lease, signal::give);
    ownership = owned;
    listener = new BellListener(dataSource, this::ring, config, outages.bell);
    topology = new TopologyWatch(broker, config, metrics, outages.topology);
    SupervisedThread started =
        new SupervisedThread(
            "relay",
            config.backoffMin(),
            config.backoffMax(),
            STOP_TIMEOUT,
            outages.relaying,
            () -> relay(owned));
    thread = started;
    started.start();
  }

  void stop(@Observes ShutdownEvent event) {
    SupervisedThread started = thread;
    if (started != null) {
      started.stop();
      running = false;
      signal.give();
      started.close();
    }
    if (topology != null) {
      topology.close();
    }
    if (listener != null) {
      listener.close();
    }
    if (ownership != null) {
      ownership.close();
    }
    try {
      shards.leave();
    } catch (SQLException e) {
      LOG.infof("the lease was not given back, it will run out: %s", e.getMessage());
    }
  }

  private void ring() {
    bell = true;
    signal.give();
  }

  /** One session after another, until one fails. */
  private void relay(Ownership owned) throws IOException, SQLException {
    while (running) {
      try {
        runSession(owned);
      } catch (NewSessionException e) {
        LOG.debugf("a new session: %s", e.getMessage());
      } catch (RewoundOutboxException e) {
        throw e; // the database is well
      } catch (SQLException e) {
        database.failed(e);
        throw e;
      } finally {
        connected = false;
      }
    }
  }

  private void runSession(Ownership owned) throws IOException, SQLException {
    try (BrokerLink<Sent> link =
            new BrokerLink<>(broker::connect, config.confirmWindow(), signal::give);
        OutboxReader reader = new OutboxReader(dataSource, config.pageSize())) {
      metrics.sessionBegun();
      long begun = System.nanoTime();
      owned.refresh();
      Deliveries deliveries =
          new Deliveries(config, link, refusals, metrics, outages, () -> running, progress::made);
      RelaySession session =
          new RelaySession(
              config,
              shards,
              parkedEvents,
              owned,
              reader,
              deliveries,
              refusals,
              signal,
              metrics,
              outages);
      work(session, owned, begun);
      session.quiesce();
    }
  }

  private void work(RelaySession session, Ownership owned, long begun)
      throws IOException, SQLException {
    session.adopt(owned.current());
    boolean wanted = true;
    long lastRead = System.nanoTime();
    while (running) {
      Heartbeat news = owned.takeNews();
      if (news != null) {
        session.adopt(news);
        wanted = true;
      }
      session.settle();
      if (bell || System.nanoTime() - lastRead > config.poll().toNanos()) {
        bell = false;
        wanted = true;
      }
      if (wanted && session.canRead()) {
        lastRead = System.nanoTime();
        wanted = session.relayPage();
        works(owned, begun);
      } else {
        if (session.isIdle()) {
          works(owned, begun);
        }
        signal.await(session.hasUnsavedProgress() ? config.cursorSave() : config.poll());
      }
    }
  }

  /**
   * A turn ended well. Reading succeeds on a read-only database, too: only a renewal of the lease
   * in this session shows that the cursor can be written.
   */
  private void works(Ownership owned, long begun) {
    if (!owned.isValid() || !owned.isRenewedSince(begun)) {
      return;
    }
    outages.relaying.works();
    if (!connected) {
      connected = true;
      LOG.infof("relay %s works with RabbitMQ at %s", instance, broker.address());
    }
    progress.made();
  }

  private static String makeUpName() {
    byte[] random = new byte[4];
    new SecureRandom().nextBytes(random);
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "relay";
    }
    return host + "-" + ProcessHandle.current().pid() + "-" + HexFormat.of().formatHex(random);
  }
}

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
import dev.aftercommit.relay.publish.Broker;
import dev.aftercommit.relay.publish.ConfirmedPublisher;
import dev.aftercommit.topology.Topology;
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
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The relay's thread: keeps a session while broker and database answer, and starts a new one, with
 * growing pauses, when one of them does not. Between events it sleeps until a bell rings.
 */
@ApplicationScoped
public class RelayLoop {

  private static final Logger LOG = Logger.getLogger(RelayLoop.class);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

  private final RelayConfig config;
  private final DataSource dataSource;
  private final Broker broker;
  private final RelayMetrics metrics;
  private final ShardStore shards;
  private final ParkedEvents parkedEvents;
  private final String instance;
  private final Signal signal = new Signal();

  private volatile boolean running = true;
  private volatile boolean bell;
  private volatile boolean connected;
  private @Nullable Ownership ownership;
  private @Nullable BellListener listener;
  private @Nullable Thread thread;

  RelayLoop(RelayConfig config, DataSource dataSource, Broker broker, RelayMetrics metrics) {
    this.config = config;
    this.dataSource = dataSource;
    this.broker = broker;
    this.metrics = metrics;
    this.instance = config.instance().orElseGet(RelayLoop::makeUpName);
    this.shards = new ShardStore(dataSource, instance, config.lease());
    this.parkedEvents = new ParkedEvents(dataSource);
  }

  /** The name of this relay among the others. */
  public String instance() {
    return instance;
  }

  /** Whether the relay has a connection to the broker and the outbox at this moment. */
  public boolean isConnected() {
    return connected;
  }

  /** Looks at the shards and at requests to replay at once. */
  public void refresh() {
    Ownership present = ownership;
    if (present != null) {
      present.refresh();
    }
  }

  void start(@Observes StartupEvent event) {
    Ownership owned = new Ownership(shards, config.lease(), config.heartbeat(), signal::give);
    ownership = owned;
    listener = new BellListener(dataSource, this::ring, config.backoffMax());
    thread = Thread.ofPlatform().name("relay").start(() -> run(owned));
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    running = false;
    signal.give();
    if (thread != null) {
      thread.join(STOP_TIMEOUT);
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

  private void run(Ownership owned) {
    Duration pause = config.backoffMin();
    while (running) {
      long started = System.nanoTime();
      try {
        runSession(owned);
      } catch (IOException | SQLException | AlreadyClosedException e) {
        if (System.nanoTime() - started > config.backoffMax().toNanos()) {
          pause = config.backoffMin();
        }
        LOG.logf(
            pause.equals(config.backoffMin()) ? Logger.Level.WARN : Logger.Level.DEBUG,
            "relaying paused, events wait in the outbox: %s (RabbitMQ at %s); trying again",
            describe(e),
            broker.address());
        signal.await(pause);
        pause = min(pause.multipliedBy(2), config.backoffMax());
      }
    }
  }

  private void runSession(Ownership owned) throws IOException, SQLException {
    try (Connection connection = broker.connect();
        OutboxReader reader = new OutboxReader(dataSource.getConnection(), config.pageSize());
        ConfirmedPublisher<Sent> publisher =
            new ConfirmedPublisher<>(
                connection, Topology.EVENTS_EXCHANGE, config.confirmWindow(), signal::give)) {
      RelaySession session =
          new RelaySession(
              config,
              shards,
              parkedEvents,
              owned,
              reader,
              publisher,
              signal,
              () -> running,
              metrics);
      connected = true;
      LOG.infof("relay %s works with RabbitMQ at %s", instance, broker.address());
      work(session, owned);
      session.quiesce();
    } finally {
      connected = false;
    }
  }

  private void work(RelaySession session, Ownership owned) throws IOException, SQLException {
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
      } else {
        signal.await(session.hasUnsavedProgress() ? config.cursorSave() : config.poll());
      }
    }
  }

  private static String describe(Exception e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
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

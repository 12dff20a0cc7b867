package dev.aftercommit.outbox;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Wakes the relays after a commit: one tiny {@code NOTIFY} on a connection of its own, at most one
 * per interval however many transactions commit, and fewer when very many do. It is never part of a
 * business transaction, because PostgreSQL serialises the commits of transactions that notify. A
 * lost ring delays an event until the relay's next poll; it never loses one.
 */
public final class Doorbell implements AutoCloseable {

  /** The channel that relays listen on. */
  public static final String CHANNEL = "outbox";

  private static final Logger LOG = System.getLogger(Doorbell.class.getName());
  private static final Duration PAUSE_AFTER_ERROR = Duration.ofSeconds(1);

  private static final Duration LAST_RING = Duration.ofSeconds(1);

  /** Over this time the commits are counted. */
  private static final Duration WINDOW = Duration.ofMillis(100);

  private final DataSource dataSource;
  private final OutboxConfig config;
  private final Thread ringer;
  private final AtomicInteger asked = new AtomicInteger();
  private int askedInWindow;
  private long windowBegan = System.nanoTime();
  private boolean busy;
  private volatile boolean closed;

  /**
   * Starts the bell's thread.
   *
   * @param dataSource where the outbox lives; one connection is kept
   * @param config the shortest time between two notifications
   */
  public Doorbell(DataSource dataSource, OutboxConfig config) {
    this.dataSource = dataSource;
    this.config = config;
    this.ringer = Thread.ofPlatform().name("outbox-doorbell").daemon().start(this::ringWhenAsked);
  }

  /** Says that a transaction with events has committed. Returns at once. */
  public void ring() {
    if (asked.getAndIncrement() == 0) {
      LockSupport.unpark(ringer);
    }
  }

  /** Rings a last time for what has committed before; waits a second for that at most. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(ringer);
    try {
      ringer.join(LAST_RING);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void ringWhenAsked() {
    @Nullable Connection connection = null;
    while (true) {
      int commits = asked.getAndSet(0);
      if (commits == 0 && closed) {
        break;
      }
      if (commits == 0) {
        LockSupport.park(this);
        continue;
      }
      try {
        if (connection == null) {
          connection = open();
        }
        ring(connection);
        pause(intervalAfter(commits));
      } catch (SQLException e) {
        LOG.log(
            Level.WARNING,
            "cannot ring for the relays, they will find the events by polling: {0}",
            e.getMessage());
        closeQuietly(connection);
        connection = null;
        pause(PAUSE_AFTER_ERROR);
      }
    }
    closeQuietly(connection);
  }

  private Duration intervalAfter(int commits) {
    askedInWindow += commits;
    long elapsed = System.nanoTime() - windowBegan;
    if (elapsed >= WINDOW.toNanos()) {
      busy = askedInWindow * 1e9 / elapsed >= config.busyFrom();
      askedInWindow = 0;
      windowBegan = System.nanoTime();
    }
    return busy ? config.busyDoorbellInterval() : config.doorbellInterval();
  }

  /** Being asked to ring again ends a park early; the pause goes on all the same. */
  private void pause(Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    long left = duration.toNanos();
    while (left > 0 && !closed) {
      LockSupport.parkNanos(this, left);
      left = end - System.nanoTime();
    }
  }

  private Connection open() throws SQLException {
    Connection connection = dataSource.getConnection();
    connection.setAutoCommit(true);
    return connection;
  }

  private static void ring(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("NOTIFY " + CHANNEL);
    }
  }

  private static void closeQuietly(@Nullable Connection connection) {
    if (connection != null) {
      try {
        connection.close();
      } catch (SQLException e) {
        LOG.log(Level.DEBUG, "closing the doorbell's connection", e);
      }
    }
  }
}

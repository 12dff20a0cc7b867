package dev.aftercommit.relay;

import dev.aftercommit.outbox.Doorbell;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Listens for the services' bell on a connection of its own. While the connection is away events
 * are still found, by polling.
 */
final class BellListener implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(BellListener.class);
  private static final Duration WAIT = Duration.ofSeconds(5);

  private final DataSource dataSource;
  private final Runnable onRing;
  private final Duration pauseAfterError;
  private final Thread thread;
  private volatile boolean closed;

  BellListener(DataSource dataSource, Runnable onRing, Duration pauseAfterError) {
    this.dataSource = dataSource;
    this.onRing = onRing;
    this.pauseAfterError = pauseAfterError;
    this.thread = Thread.ofPlatform().name("relay-bell").daemon().start(this::listen);
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  private void listen() {
    while (!closed) {
      try (Connection connection = dataSource.getConnection()) {
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
          statement.execute("LISTEN " + Doorbell.CHANNEL);
        }
        onRing.run(); // what was committed before we listened
        awaitRings(connection.unwrap(PGConnection.class));
      } catch (SQLException e) {
        if (!closed) {
          LOG.warnf("cannot hear the bell, polling instead: %s", e.getMessage());
          LockSupport.parkNanos(pauseAfterError.toNanos());
        }
      }
    }
  }

  private void awaitRings(PGConnection connection) throws SQLException {
    while (!closed) {
      PGNotification[] rings = connection.getNotifications((int) WAIT.toMillis());
      if (rings != null && rings.length > 0) {
        onRing.run();
      }
    }
  }
}

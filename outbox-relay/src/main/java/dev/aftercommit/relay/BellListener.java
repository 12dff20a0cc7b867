package dev.aftercommit.relay;

import dev.aftercommit.outbox.Doorbell;
import dev.aftercommit.relay.config.RelayConfig;
import dev.aftercommit.resilience.Outage;
import dev.aftercommit.resilience.SupervisedThread;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Listens for the services' bell on a connection of its own, which is tried now and then so that a
 * server that has vanished is noticed. While it is away events are still found, by polling.
 */
final class BellListener implements AutoCloseable {

  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final Duration ANSWER = Duration.ofSeconds(3);
  private static final Duration STOP_LIMIT = Duration.ofMillis(10);

  private final DataSource dataSource;
  private final Runnable onRing;
  private final Outage outage;
  private final SupervisedThread thread;

  BellListener(DataSource dataSource, Runnable onRing, RelayConfig config, Outage outage) {
    this.dataSource = dataSource;
    this.onRing = onRing;
    this.outage = outage;
    this.thread =
        new SupervisedThread(
            "relay-bell",
            config.backoffMin(),
            config.backoffMax(),
            STOP_LIMIT,
            outage,
            this::listen);
    thread.start();
  }

  @Override
  public void close() {
    thread.close();
  }

  private void listen() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(true);
      try (Statement statement = connection.createStatement()) {
        statement.execute("LISTEN " + Doorbell.CHANNEL);
      }
      outage.works();
      onRing.run(); // what was committed before we listened
      awaitRings(connection);
    }
  }

  private void awaitRings(Connection connection) throws SQLException {
    PGConnection bell = connection.unwrap(PGConnection.class);
    while (!thread.isStopping()) {
      PGNotification[] rings = bell.getNotifications((int) WAIT.toMillis());
      if (rings != null && rings.length > 0) {
        onRing.run();
      } else if (!connection.isValid((int) ANSWER.toSeconds())) {
        throw new SQLException("the server has not answered for " + ANSWER.toSeconds() + " s");
      }
    }
  }
}

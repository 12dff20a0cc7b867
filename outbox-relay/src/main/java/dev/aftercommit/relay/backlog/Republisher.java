package dev.aftercommit.relay.backlog;

import com.rabbitmq.client.Connection;
import dev.aftercommit.relay.config.RelayConfig;
import dev.aftercommit.relay.cursor.StoredEvent;
import dev.aftercommit.relay.cursor.StoredEvents;
import dev.aftercommit.relay.publish.Broker;
import dev.aftercommit.relay.publish.ConfirmedPublisher;
import dev.aftercommit.relay.publish.Outcome;
import dev.aftercommit.relay.publish.Outcome.Answer;
import dev.aftercommit.topology.Topology;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/** Publishes delivered events again, under their old ids, over a connection of its own. */
@ApplicationScoped
class Republisher {

  /** Most events per request. */
  static final int MOST = 10_000;

  private static final String LAST_DELIVERED =
      "SELECT * FROM (SELECT "
          + StoredEvents.COLUMNS
          + " FROM outbox.event e WHERE EXISTS (SELECT FROM outbox.shard s WHERE s.shard = e.shard"
          + " AND pg_visible_in_snapshot(e.xid, s.delivered))"
          + " ORDER BY position DESC LIMIT ?) last ORDER BY position";

  private final DataSource dataSource;
  private final Broker broker;
  private final RelayConfig config;

  Republisher(DataSource dataSource, Broker broker, RelayConfig config) {
    this.dataSource = dataSource;
    this.broker = broker;
    this.config = config;
  }

  /**
   * Publishes the newest delivered events again, oldest first.
   *
   * @param count at most {@value #MOST}
   * @return how many the broker confirmed
   * @throws IOException when the broker is not there, or refuses one
   */
  int republishLast(int count) throws SQLException, IOException {
    List<StoredEvent> events = lastDelivered(count);
    Semaphore answered = new Semaphore(0);
    try (Connection connection = broker.connect();
        ConfirmedPublisher<StoredEvent> publisher =
            new ConfirmedPublisher<>(
                connection, Topology.EVENTS_EXCHANGE, config.confirmWindow(), answered::release)) {
      for (StoredEvent event : events) {
        while (!publisher.hasRoom()) {
          await(answered);
        }
        publisher.publish(event.event(), event);
      }
      while (publisher.unconfirmed() > 0) {
        await(answered);
      }
      return confirmed(publisher);
    }
  }

  private void await(Semaphore answered) throws IOException {
    try {
      if (!answered.tryAcquire(config.confirmTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException(
            "RabbitMQ at %s has confirmed nothing for %d ms"
                .formatted(broker.address(), config.confirmTimeout().toMillis()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for confirms", e);
    }
  }

  private static int confirmed(ConfirmedPublisher<StoredEvent> publisher) throws IOException {
    int confirmed = 0;
    Outcome<StoredEvent> outcome = publisher.poll();
    while (outcome != null) {
      if (outcome.answer() != Answer.CONFIRMED) {
        throw new IOException(
            "event %s was not taken: %s".formatted(outcome.tag().event().id(), outcome.reason()));
      }
      confirmed++;
      outcome = publisher.poll();
    }
    return confirmed;
  }

  private List<StoredEvent> lastDelivered(int count) throws SQLException {
    try (java.sql.Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(LAST_DELIVERED)) {
      select.setInt(1, count);
      try (ResultSet rows = select.executeQuery()) {
        List<StoredEvent> events = new ArrayList<>();
        while (rows.next()) {
          events.add(StoredEvents.read(rows, 1));
        }
        return events;
      }
    }
  }
}

package dev.aftercommit.relay.backlog;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/** Shows parked events and marks them for replay; the owner of their shard sends them. */
@ApplicationScoped
class ParkedEventsView {

  private static final String LIST =
      """
      SELECT position, event_id, key, topic, type, reason, parked_at
      FROM outbox.parked_event WHERE position > ? ORDER BY position LIMIT ?
      """;

  private static final String ASK_ALL = "UPDATE outbox.parked_event SET replay = true";

  /** The whole key: an event must not overtake an earlier one of its key. */
  private static final String ASK_KEY =
      """
      UPDATE outbox.parked_event SET replay = true
      WHERE (shard, key) = (SELECT shard, key FROM outbox.parked_event WHERE position = ?)
      """;

  private final DataSource dataSource;

  ParkedEventsView(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * A parked event, without its data.
   *
   * @param position its place in the outbox, by which it is replayed
   */
  record Parked(
      long position,
      UUID eventId,
      String key,
      String topic,
      String type,
      String reason,
      Instant parkedAt) {}

  List<Parked> list(long after, int limit) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(LIST)) {
      select.setLong(1, after);
      select.setInt(2, limit);
      try (ResultSet rows = select.executeQuery()) {
        List<Parked> page = new ArrayList<>();
        while (rows.next()) {
          page.add(
              new Parked(
                  rows.getLong(1),
                  rows.getObject(2, UUID.class),
                  rows.getString(3),
                  rows.getString(4),
                  rows.getString(5),
                  rows.getString(6),
                  rows.getObject(7, OffsetDateTime.class).toInstant()));
        }
        return page;
      }
    }
  }

  int askForReplay() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement update = connection.prepareStatement(ASK_ALL)) {
      return update.executeUpdate();
    }
  }

  int askForReplay(long position) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement update = connection.prepareStatement(ASK_KEY)) {
      update.setLong(1, position);
      return update.executeUpdate();
    }
  }
}

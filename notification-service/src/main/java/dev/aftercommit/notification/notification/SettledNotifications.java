package dev.aftercommit.notification.notification;

import dev.aftercommit.notification.config.NotificationConfig;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * Reads what was settled since a listener's last look: what is visible in one snapshot and was not
 * in the one before. A mark is told when it commits, however long after it was made, and once.
 */
@Singleton
class SettledNotifications {

  /**
   * OFFSET 0 keeps the outer conditions from being tried first: the index of settled_by bounds what
   * is looked at to what was settled since the oldest transaction under way at the last look.
   */
  private static final String PAGE =
      """
      WITH moment AS MATERIALIZED (
        SELECT coalesce(?::pg_snapshot, pg_current_snapshot()) AS snapshot)
      SELECT n.*, n.settled_by::text, m.snapshot::text
      FROM moment m LEFT JOIN LATERAL (
        SELECT %1$s, settled_by FROM (
          SELECT %1$s, settled_by FROM notification
          WHERE settled_by >= pg_snapshot_xmin(?::pg_snapshot)
            AND (settled_by, id) > (?::xid8, ?)
          ORDER BY settled_by, id OFFSET 0) since
        WHERE pg_visible_in_snapshot(settled_by, m.snapshot)
          AND NOT pg_visible_in_snapshot(settled_by, ?::pg_snapshot)
          AND settled_at > now() - ? * interval '1 millisecond'
        ORDER BY settled_by, id LIMIT ?) n ON true
      ORDER BY n.settled_by, n.id
      """
          .formatted(NotificationQueries.COLUMNS);

  private static final int ID = 1;
  private static final int SETTLED_BY = 17;
  private static final int SNAPSHOT = 18;

  private final DataSource dataSource;
  private final NotificationConfig.Stream config;

  SettledNotifications(DataSource dataSource, NotificationConfig config) {
    this.dataSource = dataSource;
    this.config = config.stream();
  }

  /**
   * One that was settled.
   *
   * @param position of a listener who has been told it
   */
  record Settled(Notification notification, StreamPosition position) {}

  /**
   * News of one look.
   *
   * @param position of a listener who has been told them
   */
  record News(List<Settled> settled, StreamPosition position) {}

  /** The position of a listener who begins now. */
  StreamPosition now() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT pg_current_snapshot()::text");
        ResultSet row = select.executeQuery()) {
      row.next();
      return StreamPosition.at(row.getString(1));
    }
  }

  /** The next page of news behind a position. */
  News after(StreamPosition position) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(PAGE)) {
      select.setString(1, position.window());
      select.setString(2, position.told());
      select.setString(3, position.settledBy());
      select.setLong(4, position.id());
      select.setString(5, position.told());
      select.setLong(6, config.replay().toMillis());
      select.setInt(7, config.most());
      try (ResultSet rows = select.executeQuery()) {
        return read(rows, position);
      }
    }
  }

  private News read(ResultSet rows, StreamPosition before) throws SQLException {
    List<Settled> settled = new ArrayList<>();
    String snapshot = before.told();
    while (rows.next()) {
      snapshot = rows.getString(SNAPSHOT);
      if (rows.getObject(ID) != null) {
        settled.add(
            new Settled(
                NotificationQueries.read(rows),
                new StreamPosition(
                    before.told(), snapshot, rows.getString(SETTLED_BY), rows.getLong(ID))));
      }
    }
    boolean endsWindow = settled.size() < config.most();
    return new News(
        settled, endsWindow ? StreamPosition.at(snapshot) : settled.getLast().position());
  }
}

package dev.aftercommit.inbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The list of messages a consumer could not read or apply: kept whole, with the reason, until they
 * are replayed.
 */
public final class ParkedMessages {

  private static final String COLUMNS = "id, reason, detail, type, event_id, body, parked_at";

  private ParkedMessages() {}

  /**
   * Parks a message in the caller's transaction; acknowledge it to the broker only after that has
   * committed.
   */
  public static void park(
      Connection connection,
      String reason,
      String detail,
      @Nullable String type,
      @Nullable String eventId,
      byte[] body)
      throws SQLException {
    String sql =
        "INSERT INTO inbox.parked_message (reason, detail, type, event_id, body) VALUES (?, ?, ?, ?, ?)";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setString(1, reason);
      insert.setString(2, detail);
      insert.setString(3, type);
      insert.setString(4, eventId);
      insert.setBytes(5, body);
      insert.executeUpdate();
    }
  }

  /**
   * A page of parked messages, oldest first: those with an id greater than {@code after}, at most
   * {@code limit}.
   */
  public static List<ParkedMessage> list(Connection connection, long after, int limit)
      throws SQLException {
    String sql =
        "SELECT " + COLUMNS + " FROM inbox.parked_message WHERE id > ? ORDER BY id LIMIT ?";
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setLong(1, after);
      select.setInt(2, limit);
      try (ResultSet rows = select.executeQuery()) {
        List<ParkedMessage> page = new ArrayList<>();
        while (rows.next()) {
          page.add(read(rows));
        }
        return page;
      }
    }
  }

  /**
   * Takes a message off the list for another try, in the caller's transaction; empty when it is not
   * there.
   */
  public static Optional<ParkedMessage> take(Connection connection, long id) throws SQLException {
    String sql = "DELETE FROM inbox.parked_message WHERE id = ? RETURNING " + COLUMNS;
    try (PreparedStatement delete = connection.prepareStatement(sql)) {
      delete.setLong(1, id);
      try (ResultSet rows = delete.executeQuery()) {
        return rows.next() ? Optional.of(read(rows)) : Optional.empty();
      }
    }
  }

  private static ParkedMessage read(ResultSet row) throws SQLException {
    return new ParkedMessage(
        row.getLong(1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        row.getBytes(6),
        row.getObject(7, OffsetDateTime.class).toInstant());
  }
}

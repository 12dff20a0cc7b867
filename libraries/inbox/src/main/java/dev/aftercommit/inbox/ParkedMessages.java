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

  private static final int MAX_DETAIL = 2_000;
  private static final int MAX_NAME = 200;

  private ParkedMessages() {}

  /**
   * Parks a message in the caller's transaction; acknowledge it to the broker only after that has
   * committed. The body is kept as it is; the texts lose what PostgreSQL cannot store (NUL) and
   * what exceeds 2,000 characters (type and event id: 200), so that parking never fails on the
   * poison itself.
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
      insert.setString(2, storable(detail, MAX_DETAIL));
      insert.setString(3, storable(type, MAX_NAME));
      insert.setString(4, storable(eventId, MAX_NAME));
      insert.setBytes(5, body);
      insert.executeUpdate();
    }
  }

  /**
   * Whether this very message (type, event id and data) is on the list already. A message that was
   * parked, but killed before its acknowledgement, comes again; ask this before parking it twice.
   */
  public static boolean contains(
      Connection connection, @Nullable String type, @Nullable String eventId, byte[] body)
      throws SQLException {
    String sql =
        "SELECT EXISTS (SELECT FROM inbox.parked_message WHERE event_id "
            + (eventId == null ? "IS NOT DISTINCT FROM ?" : "= ?")
            + " AND type IS NOT DISTINCT FROM ? AND body = ?)";
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, storable(eventId, MAX_NAME));
      select.setString(2, storable(type, MAX_NAME));
      select.setBytes(3, body);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /**
   * Replaces the reason of a message that was tried again in vain; it keeps its place in the list.
   *
   * @return whether the message is on the list
   */
  public static boolean updateReason(Connection connection, long id, String reason, String detail)
      throws SQLException {
    String sql = "UPDATE inbox.parked_message SET reason = ?, detail = ? WHERE id = ?";
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      update.setString(1, reason);
      update.setString(2, storable(detail, MAX_DETAIL));
      update.setLong(3, id);
      return update.executeUpdate() == 1;
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

  private static @Nullable String storable(@Nullable String text, int longest) {
    if (text == null) {
      return null;
    }
    String cut = text.length() <= longest ? text : text.substring(0, longest);
    return cut.replace('\u0000', '\uFFFD');
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

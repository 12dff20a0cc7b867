package dev.aftercommit.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Writes events to the outbox table over a connection whose transaction the caller owns. Services
 * use {@link Outbox}, which finds that connection and checks the transaction; this class is for
 * code that works on plain JDBC.
 *
 * <p>Order: change the business row first (its row lock puts the writers of one key in line),
 * append afterwards.
 */
public final class OutboxAppender {

  private static final String INSERT =
      """
      INSERT INTO outbox.event
        (shard, event_id, key, topic, type, source, data_schema, occurred_at, trace_parent, payload)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;

  private OutboxAppender() {}

  /**
   * Appends the events, in their order.
   *
   * @throws IllegalStateException when the connection commits by itself: each event would be on its
   *     own
   * @throws SQLException when the database refuses; the caller's transaction must then roll back
   */
  public static void append(Connection connection, List<OutboxEvent> events) throws SQLException {
    if (connection.getAutoCommit()) {
      throw new IllegalStateException(
          "outbox append on a connection in auto-commit mode: the event would be committed without the change it"
              + " reports; call setAutoCommit(false) and append before the commit of the change");
    }
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      for (OutboxEvent event : events) {
        bind(insert, event);
        if (events.size() > 1) {
          insert.addBatch();
        }
      }
      if (events.size() == 1) {
        insert.executeUpdate();
      } else if (!events.isEmpty()) {
        insert.executeBatch();
      }
    }
  }

  private static void bind(PreparedStatement insert, OutboxEvent event) throws SQLException {
    insert.setShort(1, Shards.of(event.key()));
    insert.setObject(2, event.id());
    insert.setString(3, event.key());
    insert.setString(4, event.topic());
    insert.setString(5, event.type());
    insert.setString(6, event.source());
    insert.setString(7, event.dataSchema());
    insert.setObject(8, event.occurredAt().atOffset(ZoneOffset.UTC));
    insert.setString(9, event.traceParent());
    insert.setBytes(10, event.payload());
  }
}

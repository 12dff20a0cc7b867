package dev.aftercommit.inbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * What a consumer has made of its messages since its database was created. Read from the database,
 * so it survives a kill of the process and covers all instances.
 *
 * @param applied messages that took effect, once each, also those that are forgotten
 * @param duplicatesIgnored deliveries of messages that had taken effect before
 * @param parked messages on the parked list now
 */
public record InboxCounts(long applied, long duplicatesIgnored, long parked) {

  private static final String COUNT =
      """
      SELECT (SELECT count(*) FROM inbox.message) + (SELECT messages FROM inbox.forgotten),
             (SELECT ignored FROM inbox.duplicates),
             (SELECT count(*) FROM inbox.parked_message)
      """;

  /** Counts now. Reads the whole index of applied messages: for people and tests, not for loops. */
  public static InboxCounts read(Connection connection) throws SQLException {
    try (PreparedStatement count = connection.prepareStatement(COUNT);
        ResultSet row = count.executeQuery()) {
      row.next();
      return new InboxCounts(row.getLong(1), row.getLong(2), row.getLong(3));
    }
  }
}

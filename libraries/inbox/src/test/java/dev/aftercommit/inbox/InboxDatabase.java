package dev.aftercommit.inbox;

import dev.aftercommit.stack.testing.FreshDatabase;
import dev.aftercommit.stack.testing.SharedServers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A database with the inbox schema. */
final class InboxDatabase implements AutoCloseable {

  private final FreshDatabase database =
      SharedServers.get().freshDatabase("inbox", "salary_aggregator");

  InboxDatabase() throws SQLException, IOException {
    execute("/db/inbox/V001__inbox.sql");
    execute("/db/inbox/V002__forgotten.sql");
    execute("/db/inbox/V003__gap.sql");
  }

  private void execute(String script) throws SQLException, IOException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        InputStream sql = getClass().getResourceAsStream(script)) {
      statement.execute(new String(sql.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  Connection connect() throws SQLException {
    return database.dataSource().getConnection();
  }

  /** A connection in a transaction. */
  Connection begin() throws SQLException {
    Connection connection = connect();
    connection.setAutoCommit(false);
    return connection;
  }

  InboxCounts counts() throws SQLException {
    try (Connection connection = connect()) {
      return InboxCounts.read(connection);
    }
  }

  /** How many sessions of this database wait for a lock. */
  int waiting() throws SQLException {
    String sql =
        """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'
        """;
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getInt(1);
    }
  }

  @Override
  public void close() {
    database.close();
  }
}

package dev.aftercommit.aggregator.average;

import dev.aftercommit.consumer.BatchOutcome;
import dev.aftercommit.consumer.BatchTransaction;
import dev.aftercommit.consumer.RawMessage;
import dev.aftercommit.consumer.Reading;
import dev.aftercommit.events.ConsistencyToken;
import dev.aftercommit.inbox.InboxCounts;
import dev.aftercommit.stack.testing.FreshDatabase;
import dev.aftercommit.stack.testing.SharedServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** A migrated database of its own, and the parts of the aggregator that work on it. */
final class AggregatorDatabase implements AutoCloseable {

  private final FreshDatabase database =
      SharedServers.get().freshDatabase("aggregator", "salary_aggregator");
  private final DataSource dataSource = database.dataSource();

  AggregatorDatabase() {
    Flyway.configure()
        .dataSource(dataSource)
        .locations("classpath:db/inbox", "classpath:db/migration")
        .load()
        .migrate();
  }

  DataSource dataSource() {
    return dataSource;
  }

  Connection connect() throws SQLException {
    return dataSource.getConnection();
  }

  /** A connection in a transaction. */
  Connection begin() throws SQLException {
    Connection connection = connect();
    connection.setAutoCommit(false);
    return connection;
  }

  BatchTransaction transaction() {
    return new BatchTransaction(dataSource, new AverageHandler());
  }

  BatchOutcome apply(RawMessage... messages) throws SQLException {
    return transaction().commit(read(messages));
  }

  static List<Reading> read(RawMessage... messages) {
    return List.of(messages).stream().map(Reading::of).toList();
  }

  /** Headcount and total per department, as text: {@code 2 people, 9000.01}. */
  Map<String, String> departments() throws SQLException {
    return rows("SELECT department, headcount || ' people, ' || total FROM department");
  }

  /** Reason per parked message, by id. */
  Map<String, String> parked() throws SQLException {
    return rows("SELECT id, reason FROM inbox.parked_message");
  }

  /** What has not arrived: subject and first missing version, to the last one. */
  Map<String, String> gaps() throws SQLException {
    return rows("SELECT subject || ' ' || first_version, last_version FROM inbox.gap");
  }

  /** Whether a read with this token would be answered. */
  boolean includes(String type, String id, long version) throws SQLException {
    ConsistencyToken token = new ConsistencyToken(type, id, version);
    return new AverageQueries(dataSource).included(List.of(token)).contains(token);
  }

  /** First column to second column. */
  Map<String, String> rows(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      Map<String, String> rows = new TreeMap<>();
      while (row.next()) {
        rows.put(row.getString(1), String.valueOf(row.getString(2)));
      }
      return rows;
    }
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
        SELECT count(*), '' FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'
        """;
    return Integer.parseInt(rows(sql).keySet().iterator().next());
  }

  @Override
  public void close() {
    database.close();
  }
}

package dev.aftercommit.employee.idempotency;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aftercommit.employee.config.EmployeeServiceConfig;
import dev.aftercommit.employee.problem.Problem;
import dev.aftercommit.employee.problem.Problems;
import dev.aftercommit.employee.transactions.Places;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/** The keys that were used, in the transaction of their commands. */
@ApplicationScoped
class KeyTable {

  private static final int STATEMENTS_BEFORE_THE_ANSWER = 3;

  private static final String STORE =
      """
      INSERT INTO idempotency_key (part, key, fingerprint, status, headers, body)
      VALUES (floor(extract(epoch FROM now()) / ?)::bigint %% %d, ?, ?, ?, ?::json, ?)
      """
          .formatted(KeyParts.COUNT);

  private static final String LOCK_NOT_AVAILABLE = "55P03";
  private static final TypeReference<Map<String, List<String>>> HEADERS = new TypeReference<>() {};

  private final DataSource dataSource;
  private final ObjectMapper json;
  private final String claim;
  private final Duration partLength;
  private final Places places;

  @Inject
  KeyTable(DataSource dataSource, ObjectMapper json, EmployeeServiceConfig config, Places places) {
    this.places = places;
    this.dataSource = dataSource;
    this.json = json;
    this.claim = claimWithin(config.idempotency().maxWait());
    this.partLength = KeyParts.length(config.idempotency().expiry());
  }

  /** What is known of a key. */
  record Entry(String fingerprint, StoredAnswer answer) {}

  /**
   * Makes the key this transaction's own until it ends, waiting for another one that has it, and
   * tells what was stored under it.
   *
   * @throws Problem 409 when the other one does not end within the bound
   */
  Optional<Entry> claim(String key) throws SQLException {
    places.atCommand(key, () -> Problems.idempotencyKeyInUse(key));
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(claim)) {
      statement.setString(1, key);
      statement.setString(2, key);
      statement.execute();
      for (int i = 0; i < STATEMENTS_BEFORE_THE_ANSWER; i++) {
        statement.getMoreResults();
      }
      try (ResultSet row = statement.getResultSet()) {
        return row.next() ? Optional.of(read(row)) : Optional.empty();
      }
    } catch (SQLException e) {
      if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
        throw Problems.idempotencyKeyInUse(key);
      }
      throw e;
    }
  }

  /** Keeps the answer; the key must have been claimed in this transaction. */
  void store(KeyedCommand command, StoredAnswer answer) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert = connection.prepareStatement(STORE)) {
      insert.setLong(1, partLength.toSeconds());
      insert.setString(2, command.key());
      insert.setString(3, command.fingerprint());
      insert.setInt(4, answer.status());
      insert.setString(5, json.writeValueAsString(answer.headers()));
      insert.setString(6, answer.body());
      insert.executeUpdate();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("headers that cannot be written as JSON", e);
    }
  }

  /**
   * One round trip of four statements. The lock comes first and by itself: what is read behind it
   * has a snapshot of its own, in which the answer of whoever held it is committed. The wait for it
   * is bounded more tightly than those of the command.
   */
  private static String claimWithin(Duration maxWait) {
    return """
    SET LOCAL lock_timeout = %d;
    SELECT pg_advisory_xact_lock(hashtextextended(?, 0));
    SET LOCAL lock_timeout TO DEFAULT;
    SELECT fingerprint, status, headers, body FROM idempotency_key WHERE key = ?
    """
        .formatted(maxWait.toMillis());
  }

  private Entry read(ResultSet row) throws SQLException {
    try {
      return new Entry(
          row.getString("fingerprint"),
          new StoredAnswer(
              row.getInt("status"),
              json.readValue(row.getString("headers"), HEADERS),
              row.getString("body"),
              true));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("stored headers that are no JSON", e);
    }
  }
}

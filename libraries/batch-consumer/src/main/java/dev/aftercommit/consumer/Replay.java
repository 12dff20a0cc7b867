package dev.aftercommit.consumer;

import dev.aftercommit.consumer.Reading.Understood;
import dev.aftercommit.consumer.Reading.Unreadable;
import dev.aftercommit.consumer.ReplayOutcome.Outcome;
import dev.aftercommit.inbox.ParkedMessage;
import dev.aftercommit.inbox.ParkedMessages;
import dev.aftercommit.resilience.DatabaseFailure;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** Tries parked messages again, for example after an upgrade that can read them. */
@Singleton
public class Replay {

  private final DataSource dataSource;
  private final BatchTransaction transaction;
  private final ConsumerMetrics metrics;

  Replay(DataSource dataSource, BatchTransaction transaction, ConsumerMetrics metrics) {
    this.dataSource = dataSource;
    this.transaction = transaction;
    this.metrics = metrics;
  }

  /**
   * Applies the message and takes it off the list in one transaction, or leaves it there with the
   * new reason.
   *
   * @return empty when no message with this number is parked
   * @throws SQLException when the database is away; nothing has changed
   */
  public Optional<ReplayOutcome> replay(long id) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try {
        Optional<ParkedMessage> taken = ParkedMessages.take(connection, id);
        if (taken.isEmpty()) {
          connection.rollback();
          return Optional.empty();
        }
        return Optional.of(replay(connection, id, taken.get()));
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      }
    }
  }

  private ReplayOutcome replay(Connection connection, long id, ParkedMessage message)
      throws SQLException {
    RawMessage raw = new RawMessage(message.type(), message.eventId(), message.body(), true);
    return switch (Reading.of(raw)) {
      case Understood readable -> apply(connection, id, readable);
      case Unreadable still -> keep(connection, id, still.reason(), still.detail());
    };
  }

  private ReplayOutcome apply(Connection connection, long id, Understood message)
      throws SQLException {
    BatchOutcome outcome;
    try {
      outcome = transaction.apply(connection, List.of(message));
      connection.commit();
    } catch (SQLException e) {
      if (DatabaseFailure.of(e) != DatabaseFailure.DATA) {
        throw e;
      }
      return keep(connection, id, BatchSettler.REFUSED, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      return keep(connection, id, BatchSettler.FAILED, e.toString());
    }
    transaction.committed(outcome);
    metrics.committed(outcome);
    return new ReplayOutcome(
        Long.toString(id),
        outcome.applied().isEmpty() ? Outcome.DUPLICATE : Outcome.APPLIED,
        null,
        null);
  }

  private static ReplayOutcome keep(Connection connection, long id, String reason, String detail)
      throws SQLException {
    connection.rollback();
    ParkedMessages.updateReason(connection, id, reason, detail);
    connection.commit();
    return new ReplayOutcome(Long.toString(id), Outcome.PARKED, reason, detail);
  }
}

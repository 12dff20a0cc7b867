package dev.aftercommit.benchmarks.contention;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * One statement, which is a transaction by itself: one round trip. The rule is a {@code CHECK} of
 * the table. The rows are locked in ascending order inside the statement, because an {@code UPDATE}
 * of two rows takes them in any order, and two of them would deadlock.
 */
final class AtomicUpdateTransfer implements Transfer {

  private static final String MOVE =
      """
      UPDATE benchmark_department d SET budget = d.budget + CASE d.id WHEN ? THEN -? ELSE ? END
      FROM (SELECT id FROM benchmark_department WHERE id IN (?, ?) ORDER BY id FOR UPDATE) locked
      WHERE d.id = locked.id
      """;

  @Override
  public Outcome attempt(Connection connection, int from, int to, long amount) throws SQLException {
    connection.setAutoCommit(true);
    try (PreparedStatement move = connection.prepareStatement(MOVE)) {
      move.setInt(1, from);
      move.setLong(2, amount);
      move.setLong(3, amount);
      move.setInt(4, from);
      move.setInt(5, to);
      move.executeUpdate();
      return Outcome.DONE;
    } catch (SQLException e) {
      return Lost.orRethrow(e);
    }
  }
}

package dev.aftercommit.benchmarks.contention;

import java.sql.Connection;
import java.sql.SQLException;

/** Locks both rows in ascending order of id, decides, moves. This is what the service does. */
final class ForUpdateTransfer implements Transfer {

  private static final String LOCK =
      """
      SELECT id, budget, payroll FROM benchmark_department WHERE id IN (?, ?)
      ORDER BY id FOR UPDATE
      """;

  @Override
  public Outcome attempt(Connection connection, int from, int to, long amount) throws SQLException {
    try {
      connection.setAutoCommit(false);
      return Rows.decideAndMove(connection, LOCK, from, to, amount);
    } catch (SQLException e) {
      connection.rollback();
      return Lost.orRethrow(e);
    }
  }
}

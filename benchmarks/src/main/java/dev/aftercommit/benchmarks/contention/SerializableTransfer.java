package dev.aftercommit.benchmarks.contention;

import java.sql.Connection;
import java.sql.SQLException;

/** Locks nothing itself; the database aborts what could not have happened one after the other. */
final class SerializableTransfer implements Transfer {

  private static final String READ =
      "SELECT id, budget, payroll FROM benchmark_department WHERE id IN (?, ?)";

  @Override
  public Outcome attempt(Connection connection, int from, int to, long amount) throws SQLException {
    try {
      if (connection.getTransactionIsolation() != Connection.TRANSACTION_SERIALIZABLE) {
        connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
      }
      connection.setAutoCommit(false);
      return Rows.decideAndMove(connection, READ, from, to, amount);
    } catch (SQLException e) {
      connection.rollback();
      return Lost.orRethrow(e);
    }
  }
}

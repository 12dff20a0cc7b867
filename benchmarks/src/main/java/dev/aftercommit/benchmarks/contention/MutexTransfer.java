package dev.aftercommit.benchmarks.contention;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Lock;

/**
 * Reads, decides and writes what it computed, under a lock in the memory of this instance that is
 * held until the commit. Another instance has another lock.
 */
final class MutexTransfer implements Transfer {

  private final Lock mutex;

  MutexTransfer(Lock mutex) {
    this.mutex = mutex;
  }

  @Override
  public Outcome attempt(Connection connection, int from, int to, long amount) throws SQLException {
    mutex.lock();
    try {
      connection.setAutoCommit(false);
      return decide(connection, from, to, amount);
    } catch (SQLException e) {
      connection.rollback();
      return Lost.orRethrow(e);
    } finally {
      mutex.unlock();
    }
  }

  private static Outcome decide(Connection connection, int from, int to, long amount)
      throws SQLException {
    Map<Integer, Long> budgets = new HashMap<>();
    long needed = 0;
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT id, budget, payroll FROM benchmark_department WHERE id IN (?, ?)")) {
      select.setInt(1, from);
      select.setInt(2, to);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          budgets.put(rows.getInt(1), rows.getLong(2));
          needed = rows.getInt(1) == from ? rows.getLong(3) : needed;
        }
      }
    }
    if (budgets.getOrDefault(from, 0L) - amount < needed) {
      connection.rollback();
      return Outcome.REFUSED;
    }
    // in ascending order of id: without a common mutex two of these would also deadlock
    int first = Math.min(from, to);
    int second = Math.max(from, to);
    write(connection, first, budgets.getOrDefault(first, 0L) + (first == from ? -amount : amount));
    write(
        connection, second, budgets.getOrDefault(second, 0L) + (second == from ? -amount : amount));
    connection.commit();
    return Outcome.DONE;
  }

  private static void write(Connection connection, int id, long budget) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE benchmark_department SET budget = ? WHERE id = ?")) {
      update.setLong(1, budget);
      update.setInt(2, id);
      update.executeUpdate();
    }
  }
}

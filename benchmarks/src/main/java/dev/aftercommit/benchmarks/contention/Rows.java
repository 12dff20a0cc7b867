package dev.aftercommit.benchmarks.contention;

import dev.aftercommit.benchmarks.contention.Transfer.Outcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** The statements that the ways in a transaction share. */
final class Rows {

  private static final String MOVE =
      """
      UPDATE benchmark_department SET budget = budget + CASE id WHEN ? THEN -? ELSE ? END
      WHERE id IN (?, ?)
      """;

  private Rows() {}

  /** Looks at the giver, moves the amount if it may, and commits. */
  static Outcome decideAndMove(Connection connection, String select, int from, int to, long amount)
      throws SQLException {
    if (room(connection, select, from, to) < amount) {
      connection.rollback();
      return Outcome.REFUSED;
    }
    try (PreparedStatement move = connection.prepareStatement(MOVE)) {
      move.setInt(1, from);
      move.setLong(2, amount);
      move.setLong(3, amount);
      move.setInt(4, from);
      move.setInt(5, to);
      move.executeUpdate();
    }
    connection.commit();
    return Outcome.DONE;
  }

  private static long room(Connection connection, String sql, int from, int to)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setInt(1, from);
      select.setInt(2, to);
      long room = 0;
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          room = rows.getInt(1) == from ? rows.getLong(2) - rows.getLong(3) : room;
        }
      }
      return room;
    }
  }
}

package dev.aftercommit.benchmarks.contention;

import dev.aftercommit.benchmarks.contention.Transfer.Outcome;
import java.sql.SQLException;
import java.util.Set;

/** Tells apart what a repetition may cure and what it may not. */
final class Lost {

  /** Serialization failure, deadlock. */
  private static final Set<String> VICTIM = Set.of("40001", "40P01");

  private static final String CHECK_VIOLATION = "23514";

  private Lost() {}

  static Outcome orRethrow(SQLException e) throws SQLException {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    if (VICTIM.contains(state)) {
      return Outcome.LOST;
    }
    if (state.equals(CHECK_VIOLATION)) {
      return Outcome.REFUSED;
    }
    throw e;
  }
}

package dev.aftercommit.benchmarks.contention;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * One way to move budget from one department to another: both rows change or none does, and the
 * giver keeps what its salaries need.
 */
interface Transfer {

  /** How an attempt ended. */
  enum Outcome {
    DONE,
    /** The giver's salaries need the amount. */
    REFUSED,
    /** The database chose it as a victim; nothing was changed, and another attempt may succeed. */
    LOST
  }

  /** Tries once; the connection has no transaction open, before and after. */
  Outcome attempt(Connection connection, int from, int to, long amount) throws SQLException;
}

package dev.aftercommit.consumer;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Rows that a service keeps for a time only. Every bean of this type is asked again and again to
 * delete some; see {@link ConsumerConfig#purgeInterval()}.
 */
public interface Retention {

  /** What the rows are, in one word; labels the metric. */
  String what();

  /**
   * Deletes the oldest rows whose time has passed. Several instances do so at once: neither wait
   * for a row that is locked, nor delete more than asked for.
   *
   * @param connection in auto-commit mode: the call is the transaction
   * @param most how many rows at the most
   * @return how many rows were deleted
   */
  int purge(Connection connection, int most) throws SQLException;
}

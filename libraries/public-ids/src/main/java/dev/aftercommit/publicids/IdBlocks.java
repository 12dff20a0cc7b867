package dev.aftercommit.publicids;

import java.sql.SQLException;

/** Where blocks come from; asked by one thread at a time. */
@FunctionalInterface
public interface IdBlocks {

  /**
   * A block that nobody got before and nobody will get again.
   *
   * @throws SQLException when none could be had; asking again may succeed
   */
  IdBlock next() throws SQLException;
}

package dev.aftercommit.lab.scenario;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a session, each through its gate.
 *
 * @param redis null if the scenario has no cache
 * @param queue null if the scenario has no queues
 */
record Links(SqlLink database, @Nullable RedisLink redis, @Nullable QueueLink queue)
    implements AutoCloseable {

  @Override
  public void close() throws SQLException {
    // Each must go, whatever becomes of the others.
    try (redis;
        queue) {
      database.close();
    }
  }
}

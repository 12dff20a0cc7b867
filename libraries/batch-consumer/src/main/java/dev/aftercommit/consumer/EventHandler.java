package dev.aftercommit.consumer;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * What a service does with events. A service has one bean of this type.
 *
 * <p>An exception decides the fate of the batch: one about its data (SQLState classes 22, 23 and
 * 54) or a {@link RuntimeException} isolates the event that causes it, and parks that; any other
 * {@link SQLException} means that the database is away, and everything waits for it.
 */
public interface EventHandler {

  /**
   * Applies events that have not taken effect before, in the order of their delivery.
   *
   * @param connection in a transaction that also records the events as applied; neither commit nor
   *     roll it back
   * @param events at least one; called again with the same events, or some of them, when the
   *     transaction did not commit
   */
  void apply(Connection connection, List<ReceivedEvent> events) throws SQLException;

  /**
   * Whether {@link #apply} tells {@link dev.aftercommit.inbox.VersionGaps} itself which versions
   * arrived, since it knows the newest of each subject. Otherwise the library keeps those, for one
   * more statement and a row per subject in each batch.
   */
  default boolean knowsVersions() {
    return false;
  }

  /** Called after the commit with the events that have just taken effect; must not block. */
  default void committed(List<ReceivedEvent> events) {}
}

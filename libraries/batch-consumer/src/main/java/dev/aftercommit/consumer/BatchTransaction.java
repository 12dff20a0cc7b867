package dev.aftercommit.consumer;

import dev.aftercommit.consumer.Reading.Understood;
import dev.aftercommit.consumer.Reading.Unreadable;
import dev.aftercommit.events.Event;
import dev.aftercommit.inbox.Inbox;
import dev.aftercommit.inbox.ParkedMessages;
import dev.aftercommit.inbox.VersionGaps;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Applies a batch of messages in one transaction: all of it takes effect, or nothing. Messages that
 * were applied before change nothing; those that cannot be read are parked.
 */
@Singleton
public class BatchTransaction {

  private static final Logger LOG = Logger.getLogger(BatchTransaction.class);

  private final DataSource dataSource;
  private final EventHandler handler;

  public BatchTransaction(DataSource dataSource, EventHandler handler) {
    this.dataSource = dataSource;
    this.handler = handler;
  }

  /**
   * Applies the batch and commits.
   *
   * @throws SQLException when nothing of it was applied, or the connection broke during the commit;
   *     then applying it again is harmless
   */
  public BatchOutcome commit(List<Reading> batch) throws SQLException {
    BatchOutcome outcome;
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try {
        outcome = apply(connection, batch);
        connection.commit();
      } catch (SQLException | RuntimeException e) {
        rollBack(connection, e);
        throw e;
      }
    }
    committed(outcome);
    return outcome;
  }

  /** Applies the batch in the caller's transaction; {@link #committed} is called after it. */
  public BatchOutcome apply(Connection connection, List<Reading> batch) throws SQLException {
    List<ReceivedEvent> readable = new ArrayList<>(batch.size());
    List<Unreadable> unreadable = new ArrayList<>();
    for (Reading reading : batch) {
      switch (reading) {
        case Understood message -> readable.add(message.received());
        case Unreadable message -> unreadable.add(message);
      }
    }
    List<ReceivedEvent> applied = applyNew(connection, readable);
    List<Unreadable> parked = parkNew(connection, unreadable);
    return new BatchOutcome(applied, batch.size() - applied.size() - parked.size(), parked);
  }

  /** Never fails: what is committed stays committed, whatever its listener does. */
  void committed(BatchOutcome outcome) {
    if (!outcome.applied().isEmpty()) {
      try {
        handler.committed(outcome.applied());
      } catch (RuntimeException e) {
        LOG.errorf(e, "%d events are applied, but who is told failed", outcome.applied().size());
      }
    }
  }

  private List<ReceivedEvent> applyNew(Connection connection, List<ReceivedEvent> messages)
      throws SQLException {
    if (messages.isEmpty()) {
      return List.of();
    }
    Set<UUID> ids = Inbox.recordNew(connection, messages.stream().map(ReceivedEvent::id).toList());
    List<ReceivedEvent> fresh = new ArrayList<>(ids.size());
    for (ReceivedEvent message : messages) {
      if (ids.remove(message.id())) {
        fresh.add(message);
      }
    }
    if (!fresh.isEmpty()) {
      handler.apply(connection, fresh);
      if (!handler.knowsVersions()) {
        VersionGaps.track(connection, versionsOf(fresh));
      }
    }
    return fresh;
  }

  private static SortedMap<String, List<Long>> versionsOf(List<ReceivedEvent> events) {
    SortedMap<String, List<Long>> versions = new TreeMap<>();
    for (ReceivedEvent received : events) {
      Event event = received.event();
      versions
          .computeIfAbsent(event.type().subject(event.subjectId()), _ -> new ArrayList<>(1))
          .add(event.version());
    }
    return versions;
  }

  /**
   * A message without an id of its own can only be recognised when the broker says that it has
   * delivered it before; two that merely look the same are two.
   */
  private static List<Unreadable> parkNew(Connection connection, List<Unreadable> messages)
      throws SQLException {
    List<Unreadable> parked = new ArrayList<>(messages.size());
    for (Unreadable message : messages) {
      RawMessage raw = message.raw();
      if ((raw.redelivered() || raw.eventId() != null)
          && ParkedMessages.contains(connection, raw.type(), raw.eventId(), raw.body())) {
        Inbox.countIgnored(connection, 1);
      } else {
        ParkedMessages.park(
            connection, message.reason(), message.detail(), raw.type(), raw.eventId(), raw.body());
        parked.add(message);
      }
    }
    return parked;
  }

  private static void rollBack(Connection connection, Exception cause) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }
}

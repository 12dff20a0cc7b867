package dev.aftercommit.outbox;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/**
 * Appends events inside the caller's transaction, so that a change and its event commit together or
 * not at all, and wakes the relays once it has committed. Nothing leaves the database before that,
 * and nothing ever does after a rollback.
 *
 * <p>Change (and flush) the business row before appending: its row lock is what puts two writers of
 * one key in line.
 */
@ApplicationScoped
public class Outbox {

  private final DataSource dataSource;
  private final TransactionSynchronizationRegistry transactions;
  private final Doorbell doorbell;
  private final Synchronization ringAfterCommit = new RingAfterCommit();

  @Inject
  Outbox(
      DataSource dataSource, TransactionSynchronizationRegistry transactions, OutboxConfig config) {
    this.dataSource = dataSource;
    this.transactions = transactions;
    this.doorbell = new Doorbell(dataSource, config);
  }

  /**
   * Appends one event.
   *
   * @throws IllegalStateException outside a transaction
   * @throws OutboxException when the database refuses; the transaction rolls back
   */
  public void append(OutboxEvent event) {
    append(List.of(event));
  }

  /**
   * Appends events, in their order.
   *
   * @throws IllegalStateException outside a transaction
   * @throws OutboxException when the database refuses; the transaction rolls back
   */
  public void append(List<OutboxEvent> events) {
    requireTransaction();
    try (Connection connection = dataSource.getConnection()) {
      OutboxAppender.append(connection, events);
    } catch (SQLException e) {
      transactions.setRollbackOnly();
      throw new OutboxException(
          "the outbox refused " + events.size() + " event(s): " + e.getMessage(), e);
    }
    if (transactions.getResource(this) == null) {
      transactions.putResource(this, this);
      transactions.registerInterposedSynchronization(ringAfterCommit);
    }
  }

  @PreDestroy
  void close() {
    doorbell.close();
  }

  private void requireTransaction() {
    if (transactions.getTransactionStatus() != Status.STATUS_ACTIVE) {
      throw new IllegalStateException(
          "Outbox.append was called without an active transaction (status %d): the event would not commit together with"
                  .formatted(transactions.getTransactionStatus())
              + " the change it reports. Put @Transactional on the service method that makes the change and call append"
              + " inside it.");
    }
  }

  private final class RingAfterCommit implements Synchronization {

    @Override
    public void beforeCompletion() {
      // the ring belongs after the commit
    }

    @Override
    public void afterCompletion(int status) {
      if (status == Status.STATUS_COMMITTED) {
        doorbell.ring();
      }
    }
  }
}

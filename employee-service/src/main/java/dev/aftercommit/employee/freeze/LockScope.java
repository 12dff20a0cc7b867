package dev.aftercommit.employee.freeze;

import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.Transaction;
import org.jspecify.annotations.Nullable;

/** One running operation that holds a lock, and the transaction that it holds it in. */
final class LockScope implements Synchronization {

  private static final ThreadLocal<@Nullable LockScope> CURRENT = new ThreadLocal<>();

  private static final ThreadLocal<@Nullable EarlyCommitException> BROKEN = new ThreadLocal<>();

  private final String operation;
  private final Transaction transaction;
  private boolean open = true;
  private @Nullable String lockedIn;
  private @Nullable EarlyCommitException violation;

  private LockScope(String operation, Transaction transaction) {
    this.operation = operation;
    this.transaction = transaction;
  }

  /** The operation that this thread is inside of. */
  static @Nullable LockScope current() {
    return CURRENT.get();
  }

  static LockScope open(String operation, Transaction transaction) {
    LockScope scope = new LockScope(operation, transaction);
    CURRENT.set(scope);
    return scope;
  }

  /** Leaves the operation: from now on its transaction may end. */
  void close() {
    open = false;
    CURRENT.remove();
    if (violation != null) {
      BROKEN.set(violation);
    }
  }

  /** What broke the operation that this thread has just left, null when nothing did. */
  static @Nullable EarlyCommitException takeBroken() {
    EarlyCommitException broken = BROKEN.get();
    BROKEN.remove();
    return broken;
  }

  /** The transaction that the lock is held in. */
  Transaction transaction() {
    return transaction;
  }

  boolean holds(@Nullable Transaction other) {
    return transaction.equals(other);
  }

  /** The database's transaction that the lock was taken in; null before. */
  @Nullable String lockedIn() {
    return lockedIn;
  }

  void lockedIn(String databaseTransaction) {
    lockedIn = databaseTransaction;
  }

  /** Fails if something has ended the transaction, even if whoever did it hid the failure. */
  void requireUnbroken() {
    if (violation != null) {
      throw violation;
    }
  }

  /** Remembers the first thing that went wrong, and returns it to be thrown. */
  EarlyCommitException refuse(String what) {
    EarlyCommitException refusal = new EarlyCommitException(operation, what);
    if (violation == null) {
      violation = refusal;
    }
    return refusal;
  }

  /** Somebody commits: while the operation goes on, this turns the commit into a rollback. */
  @Override
  public void beforeCompletion() {
    if (open) {
      throw refuse("the transaction was committed by " + Caller.find());
    }
  }

  @Override
  public void afterCompletion(int status) {
    if (open && violation == null) {
      refuse(
          "the transaction was %s by %s"
              .formatted(
                  status == Status.STATUS_COMMITTED ? "committed" : "rolled back", Caller.find()));
    }
  }
}

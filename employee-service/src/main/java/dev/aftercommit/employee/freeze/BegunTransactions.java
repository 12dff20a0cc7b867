package dev.aftercommit.employee.freeze;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.transaction.InvalidTransactionException;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionScoped;

/** Refuses to begin a transaction beside the one that holds a lock, however it is begun. */
@ApplicationScoped
class BegunTransactions {

  private final TransactionManager transactions;

  @Inject
  BegunTransactions(TransactionManager transactions) {
    this.transactions = transactions;
  }

  void refuseInsideALockScope(@Observes @Initialized(TransactionScoped.class) Object begun)
      throws SystemException, InvalidTransactionException {
    LockScope scope = LockScope.current();
    if (scope == null) {
      return;
    }
    Transaction present = transactions.getTransaction();
    if (!scope.holds(present)) {
      EarlyCommitException refusal =
          scope.refuse("another transaction was begun by " + Caller.find());
      // It is on this thread already, in place of ours: not everybody who suspends resumes after
      // a begin that fails.
      transactions.rollback();
      transactions.resume(scope.transaction());
      throw refusal;
    }
  }
}

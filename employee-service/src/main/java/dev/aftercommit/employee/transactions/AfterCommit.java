package dev.aftercommit.employee.transactions;

import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;

/**
 * Runs a task once the transaction that it is registered with has committed; never, if that rolls
 * back.
 *
 * @param task must not fail: the commit stands, and nobody hears of the failure
 */
public record AfterCommit(Runnable task) implements Synchronization {

  @Override
  public void beforeCompletion() {
    // whether it commits is not known yet
  }

  @Override
  public void afterCompletion(int status) {
    if (status == Status.STATUS_COMMITTED) {
      task.run();
    }
  }
}

package dev.aftercommit.employee.cache;

import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;

/** Runs a task once the transaction has committed; never, if it rolls back. */
record AfterCommit(Runnable task) implements Synchronization {

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

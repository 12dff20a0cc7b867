package dev.aftercommit.employee.freeze;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;

/** Stands inside the transaction and around the operation. */
@Interceptor
@HoldsLock
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 300)
class LockGuard {

  private final TransactionManager transactions;
  private final TransactionSynchronizationRegistry synchronizations;
  private final EmployeeLock locks;

  @Inject
  LockGuard(
      TransactionManager transactions,
      TransactionSynchronizationRegistry synchronizations,
      EmployeeLock locks) {
    this.transactions = transactions;
    this.synchronizations = synchronizations;
    this.locks = locks;
  }

  @AroundInvoke
  Object guard(InvocationContext invocation) throws Exception {
    String operation =
        invocation.getMethod().getDeclaringClass().getSimpleName()
            + "."
            + invocation.getMethod().getName();
    if (transactions.getStatus() != Status.STATUS_ACTIVE) {
      throw EmployeeLock.outsideOfScope(operation);
    }
    if (LockScope.current() != null) {
      return invocation.proceed(); // part of an operation that is guarded already
    }
    LockScope scope = LockScope.open(operation, transactions.getTransaction());
    try {
      synchronizations.registerInterposedSynchronization(scope);
      Object result = invocation.proceed();
      scope.requireUnbroken();
      locks.requireSameTransaction(scope);
      return result;
    } catch (Exception e) { // never swallowed, but what broke the scope explains more
      scope.requireUnbroken();
      throw e;
    } finally {
      scope.close();
    }
  }
}

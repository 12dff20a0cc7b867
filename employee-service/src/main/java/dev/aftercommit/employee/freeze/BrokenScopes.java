package dev.aftercommit.employee.freeze;

import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;

/**
 * Stands around the transaction: when the operation's transaction was ended under it, ending it
 * once more fails too, and would hide why.
 */
@Interceptor
@HoldsLock
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 150)
class BrokenScopes {

  @AroundInvoke
  Object explain(InvocationContext invocation) throws Exception {
    try {
      return invocation.proceed();
    } catch (Exception e) { // never swallowed: thrown on, or attached to its cause
      EarlyCommitException cause = LockScope.takeBroken();
      if (cause == null || cause == e) {
        throw e;
      }
      cause.addSuppressed(e);
      throw cause;
    }
  }
}

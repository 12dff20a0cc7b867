package dev.aftercommit.employee.freeze;

/** Something inside an operation that holds a lock would have committed before the operation. */
public final class EarlyCommitException extends IllegalStateException {

  EarlyCommitException(String operation, String what) {
    super(
        "%s inside %s, which holds a lock until its own commit: do it before or after the operation, or in its transaction"
            .formatted(what, operation));
  }
}

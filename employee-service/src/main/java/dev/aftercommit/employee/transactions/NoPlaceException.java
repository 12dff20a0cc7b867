package dev.aftercommit.employee.transactions;

import dev.aftercommit.employee.problem.Problem;

/** Rolls a transaction back that would be one too many at a row; see {@link Places}. */
final class NoPlaceException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Places.Row row;
  private final transient Problem refusal;

  NoPlaceException(Places.Row row, Problem refusal) {
    super("too many at " + row, null, false, false);
    this.row = row;
    this.refusal = refusal;
  }

  Places.Row row() {
    return row;
  }

  /** What the caller is told when no place becomes free in time. */
  Problem refusal() {
    return refusal;
  }
}

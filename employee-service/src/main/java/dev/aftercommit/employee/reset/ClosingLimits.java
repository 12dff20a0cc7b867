package dev.aftercommit.employee.reset;

import java.time.Duration;

/**
 * How much a closing may do at once.
 *
 * @param maxChunk most employees per transaction
 * @param targetTime what one transaction should take; the chunk grows and shrinks towards it
 * @param maxTime after this time a transaction is cancelled and repeated with a smaller chunk, so
 *     that nobody waits longer for a row that it has locked
 * @param lease how long a runner that shows no progress keeps the closing to itself
 * @param stallLimit how long a runner tries to get past one locked row before it gives up
 */
public record ClosingLimits(
    int maxChunk, Duration targetTime, Duration maxTime, Duration lease, Duration stallLimit) {

  /** A transaction waits at most this long for one row that a salary change has locked. */
  Duration lockWait() {
    return maxTime.dividedBy(4);
  }
}

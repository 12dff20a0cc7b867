package dev.aftercommit.benchmarks.contention;

import java.util.Map;

/**
 * One measured run of one cell.
 *
 * @param transfers that were committed
 * @param refused because the giver's salaries need the amount
 * @param retries attempts that the database aborted and that were made again
 * @param givenUp transfers that lost too often
 * @param p99Millis of a transfer with all its attempts and pauses
 * @param totalConserved whether the sum of all budgets is what it was
 * @param lostOrInvented by how much it is not
 * @param misplaced amount that is not where the committed transfers brought it: lost updates
 * @param belowPayroll departments that cannot pay their salaries any more
 */
record CellResult(
    String what,
    Way way,
    int clients,
    int departments,
    int run,
    double seconds,
    long transfers,
    long refused,
    long retries,
    long givenUp,
    double transfersPerSecond,
    double p50Millis,
    double p99Millis,
    boolean totalConserved,
    long lostOrInvented,
    long misplaced,
    long belowPayroll,
    Map<String, String> settings,
    String hardware) {

  boolean isRight() {
    return totalConserved && misplaced == 0 && belowPayroll == 0;
  }
}

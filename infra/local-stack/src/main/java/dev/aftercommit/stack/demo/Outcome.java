package dev.aftercommit.stack.demo;

import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * All that a demo run found.
 *
 * @param loaded events of the load
 * @param committed events of the load and of the clients, warm-up included
 * @param effects events that took effect in the aggregator
 * @param visible microseconds from the answer of a write to its visibility, sampled
 * @param lag microseconds from each change of the clients to the transaction of its effect
 * @param changes committed by the clients in the run, that is without load and warm-up
 * @param cpuSeconds of each process, in run and drain
 */
record Outcome(
    Plan plan,
    Tally tally,
    long loaded,
    long committed,
    long published,
    long republished,
    long effects,
    long duplicatesIgnored,
    int parked,
    int malformedInjected,
    List<DepartmentResult> departments,
    boolean tallyHolds,
    long doubleFreezes,
    List<Check> checks,
    List<Faults.Done> faults,
    Histogram visible,
    Histogram lag,
    long changes,
    Map<String, Double> cpuSeconds,
    String hardware,
    Seconds seconds) {

  boolean holds() {
    return checks.stream().allMatch(Check::held);
  }

  long departmentsWrong() {
    return departments.stream().filter(department -> !department.equal()).count();
  }

  /** Committed changes of the clients per second of the run. */
  double committedPerSecond() {
    return changes / seconds.run();
  }
}

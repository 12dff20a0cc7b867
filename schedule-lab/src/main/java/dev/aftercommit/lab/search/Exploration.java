package dev.aftercommit.lab.search;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result of a search.
 *
 * @param verdict what it has shown
 * @param reason why, if the verdict is not FAILS or HOLDS; else empty
 * @param schedules complete schedules run in the phase that decided
 * @param cut schedules begun and left, since what follows was already known
 * @param withinPreemptions whether all schedules within the bound on preemptions were run, none
 *     failed, and there are others
 * @param faults in one schedule at most
 * @param reduced whether swapped independent steps were left out
 * @param failure a failing schedule, the smallest that was found; or null
 * @param sample a schedule that does not fail; or null
 * @param outcomes how many schedules ended how
 * @param runs all schedules run, repeated and cut ones included
 * @param time how long it took
 */
public record Exploration(
    Verdict verdict,
    String reason,
    int schedules,
    int cut,
    boolean withinPreemptions,
    int faults,
    boolean reduced,
    @Nullable Found failure,
    @Nullable Found sample,
    Map<Outcome, Integer> outcomes,
    int runs,
    Duration time) {

  /** The same with another failing schedule to show. */
  public Exploration showing(Found other) {
    return new Exploration(
        verdict,
        reason,
        schedules,
        cut,
        withinPreemptions,
        faults,
        reduced,
        other,
        sample,
        outcomes,
        runs,
        time);
  }

  /** How many of the complete schedules failed. */
  public int failing() {
    return outcomes.entrySet().stream()
        .filter(entry -> entry.getKey().fails())
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  /** Schedules run per second. */
  public double perSecond() {
    return runs / Math.max(1e-9, time.toNanos() / 1e9);
  }
}

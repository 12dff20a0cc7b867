package dev.aftercommit.benchmarks.reset;

import java.util.Map;

/**
 * One run: the bare update and the closing, on the same rows in the same state.
 *
 * @param ratio of the closing, alone, to the bare update
 * @param busySeconds the closing while raises go on
 * @param longestRaiseMillis the longest of those raises
 * @param longestRaiseBeforeMillis the longest raise in as long a time without a closing
 */
record ClosingResult(
    String what,
    int run,
    int employees,
    double bareUpdateSeconds,
    double closingSeconds,
    double ratio,
    double busySeconds,
    long raisesMeanwhile,
    double longestRaiseMillis,
    double longestRaiseBeforeMillis,
    Map<String, String> settings,
    String hardware) {}

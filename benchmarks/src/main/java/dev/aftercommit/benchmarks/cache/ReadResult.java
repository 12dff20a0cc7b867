package dev.aftercommit.benchmarks.cache;

import java.util.Map;

/**
 * One measured run.
 *
 * @param what uncached or cached
 * @param writes rows changed meanwhile, each committed on its own
 * @param unconfirmedInvalidations changes that Redis did not confirm within the budget
 * @param staleReads reads that were older than a change acknowledged before they began
 * @param databaseReadsPerSecond reads that reached PostgreSQL
 * @param cpuSecondsPer1000 CPU time per 1,000 reads of each process
 */
record ReadResult(
    String what,
    int run,
    long reads,
    long writes,
    long unconfirmedInvalidations,
    long staleReads,
    double readsPerSecond,
    double p50Millis,
    double p99Millis,
    double maxMillis,
    double hitPercent,
    double databaseReadsPerSecond,
    Map<String, Double> cpuSecondsPer1000,
    Map<String, String> settings,
    String hardware) {}

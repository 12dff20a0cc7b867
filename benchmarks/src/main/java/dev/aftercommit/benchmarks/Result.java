package dev.aftercommit.benchmarks;

import java.util.Map;

/**
 * One measured run.
 *
 * @param what drain, steady or light
 * @param events events committed by the run
 * @param everyIdOnce whether each of their ids, and no other, was applied
 * @param eventsPerSecond drain: effects per second from the first to the last; flows: commits per
 *     second
 * @param p50Millis half of the effects were committed within this time of their change's commit
 * @param tailMillis from the last commit to the last effect: a backlog shows here
 * @param cpuSecondsPer1000 CPU time per 1,000 events of each process
 * @param settings what was switched on, as read from the servers
 */
record Result(
    String what,
    int run,
    long events,
    boolean everyIdOnce,
    double eventsPerSecond,
    double p50Millis,
    double p99Millis,
    double maxMillis,
    double tailMillis,
    Map<String, Double> cpuSecondsPer1000,
    Map<String, String> settings,
    String hardware) {}

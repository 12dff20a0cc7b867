package dev.aftercommit.benchmarks.contention;

/**
 * One measurement to make.
 *
 * @param clients threads with a connection each, which transfer as fast as they can
 * @param departments rows they meet at
 */
record Cell(Way way, int clients, int departments) {}

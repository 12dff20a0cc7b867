/**
 * Four ways to change two rows under an invariant while others do the same, measured on a real
 * PostgreSQL: plain JDBC, nothing of the services.
 */
@NullMarked
package dev.aftercommit.benchmarks.contention;

import org.jspecify.annotations.NullMarked;

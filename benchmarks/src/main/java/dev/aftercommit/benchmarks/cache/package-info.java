/** Reads through the cache beside reads from the database. */
@NullMarked
package dev.aftercommit.benchmarks.cache;

import org.jspecify.annotations.NullMarked;

/** How fast schedules are run, alone and beside PostgreSQL's isolationtester. */
@NullMarked
package dev.aftercommit.benchmarks.schedules;

import org.jspecify.annotations.NullMarked;

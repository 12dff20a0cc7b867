/** How long closing a day takes, what raises notice of it, and what it leaves behind. */
@NullMarked
package dev.aftercommit.benchmarks.reset;

import org.jspecify.annotations.NullMarked;

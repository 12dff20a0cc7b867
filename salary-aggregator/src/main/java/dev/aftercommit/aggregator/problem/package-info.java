/** Error answers after RFC 9457. */
@NullMarked
package dev.aftercommit.aggregator.problem;

import org.jspecify.annotations.NullMarked;

/** The list of messages that could not be applied. */
@NullMarked
package dev.aftercommit.aggregator.parked;

import org.jspecify.annotations.NullMarked;

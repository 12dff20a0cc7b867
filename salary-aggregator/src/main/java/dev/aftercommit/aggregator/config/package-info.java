/** Settings. */
@NullMarked
package dev.aftercommit.aggregator.config;

import org.jspecify.annotations.NullMarked;

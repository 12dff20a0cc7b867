/** Salary averages: the projection that keeps them exact, and the ways to read them. */
@NullMarked
package dev.aftercommit.aggregator.average;

import org.jspecify.annotations.NullMarked;

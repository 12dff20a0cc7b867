/**
 * {@code aftercommit demo}: load, faults, and the proof from the truth that every average is exact.
 */
@NullMarked
package dev.aftercommit.stack.demo;

import org.jspecify.annotations.NullMarked;

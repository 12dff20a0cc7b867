/**
 * What figures need to mean something: the machine they were measured on, and the CPU time spent.
 */
@NullMarked
package dev.aftercommit.stack.measure;

import org.jspecify.annotations.NullMarked;

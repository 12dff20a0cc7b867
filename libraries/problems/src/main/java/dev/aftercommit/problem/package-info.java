/**
 * Errors after RFC 9457 whose types are stable: those a service makes itself, and those the
 * framework finds before a service is asked.
 */
@NullMarked
package dev.aftercommit.problem;

import org.jspecify.annotations.NullMarked;

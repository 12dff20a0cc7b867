/**
 * Deduplicates messages inside the caller's transaction, and keeps those that cannot be applied.
 */
@NullMarked
package dev.aftercommit.inbox;

import org.jspecify.annotations.NullMarked;

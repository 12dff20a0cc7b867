/**
 * Consumes events in batches: one transaction each, acknowledged after its commit, poison isolated
 * and parked. A service brings an {@link dev.aftercommit.consumer.EventHandler} and the name of its
 * queue.
 */
@NullMarked
package dev.aftercommit.consumer;

import org.jspecify.annotations.NullMarked;

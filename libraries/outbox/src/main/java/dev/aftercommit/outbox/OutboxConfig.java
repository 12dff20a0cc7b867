package dev.aftercommit.outbox;

import java.time.Duration;

/**
 * What the {@link Outbox} bean needs to know; the service that uses it provides a bean of this
 * type.
 *
 * @param doorbellInterval shortest time between two wake-ups of the relays
 * @param busyDoorbellInterval the same while many transactions commit: each wake-up costs every
 *     relay a read, and events that are read together cost little more than one
 * @param busyFrom how many commits per second are many
 */
public record OutboxConfig(
    Duration doorbellInterval, Duration busyDoorbellInterval, int busyFrom) {}

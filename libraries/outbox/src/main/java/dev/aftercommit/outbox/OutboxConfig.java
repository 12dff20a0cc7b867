package dev.aftercommit.outbox;

import java.time.Duration;

/**
 * What the {@link Outbox} bean needs to know; the service that uses it provides a bean of this
 * type.
 *
 * @param doorbellInterval shortest time between two wake-ups of the relays
 */
public record OutboxConfig(Duration doorbellInterval) {}

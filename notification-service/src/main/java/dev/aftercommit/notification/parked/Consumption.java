package dev.aftercommit.notification.parked;

import dev.aftercommit.notification.notification.NotificationCounts;

/**
 * What came in and what became of it, of all instances since the database was created.
 *
 * @param applied events that took effect, once each
 * @param duplicatesIgnored deliveries of events that had taken effect before
 * @param parked messages on the parked list now
 * @param notifications by state
 */
public record Consumption(
    long applied, long duplicatesIgnored, long parked, NotificationCounts notifications) {}

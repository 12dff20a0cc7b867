package dev.aftercommit.notification.notification;

/** Notifications by state, from the database. */
public record NotificationCounts(long pending, long sent, long withoutAddress, long parked) {}

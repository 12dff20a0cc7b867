package dev.aftercommit.notification.notification;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one employee is told about one salary change.
 *
 * @param id number in this service
 * @param eventId the event that caused it
 * @param employee opaque identifier
 * @param name the employee's name at the change
 * @param email where it goes; absent when unknown
 * @param salary the salary after the change
 * @param currency ISO 4217 code
 * @param changedAt when the salary changed
 * @param messageId of the mail; the same however often it is sent
 * @param state how far it has come
 * @param tries how often it was claimed for sending
 * @param nextTryAt not before; absent unless pending
 * @param error of the last try; absent when there was none
 * @param createdAt when the event arrived here
 * @param settledAt when it was sent, parked or found to be without address; absent before
 */
public record Notification(
    String id,
    String eventId,
    String employee,
    String name,
    @Nullable String email,
    BigDecimal salary,
    String currency,
    Instant changedAt,
    String messageId,
    NotificationState state,
    int tries,
    @Nullable Instant nextTryAt,
    @Nullable String error,
    Instant createdAt,
    @Nullable Instant settledAt) {}

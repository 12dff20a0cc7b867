package dev.aftercommit.notification.mail;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * A notification that this process may send until its claim ends.
 *
 * @param id number of the notification
 * @param attempt which try this is, from 1; a later claim has a higher one
 * @param email where it goes
 * @param name the employee's name
 * @param salary the salary after the change
 * @param currency ISO 4217 code
 * @param changedAt when the salary changed
 * @param messageId of the mail
 * @param startBefore {@link System#nanoTime} after which sending must not begin any more
 */
record ClaimedMail(
    long id,
    int attempt,
    String email,
    String name,
    BigDecimal salary,
    String currency,
    Instant changedAt,
    String messageId,
    long startBefore) {}

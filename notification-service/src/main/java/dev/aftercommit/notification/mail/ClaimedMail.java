package dev.aftercommit.notification.mail;

import java.time.OffsetDateTime;

/**
 * A notification that this process may send until its claim ends. As it is stored: what the
 * database can hold and a mail cannot say is found out when the mail is written.
 *
 * @param id number of the notification
 * @param attempt which try this is, from 1; a later claim has a higher one
 * @param email where it goes
 * @param name the employee's name
 * @param salary the salary after the change
 * @param currency ISO 4217 code
 * @param changedAt when the salary changed; an infinite one is {@link OffsetDateTime#MIN} or MAX
 * @param messageId of the mail
 */
record ClaimedMail(
    long id,
    int attempt,
    String email,
    String name,
    String salary,
    String currency,
    OffsetDateTime changedAt,
    String messageId) {}

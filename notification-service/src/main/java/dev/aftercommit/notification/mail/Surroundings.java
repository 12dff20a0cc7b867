package dev.aftercommit.notification.mail;

import dev.aftercommit.resilience.Database;
import dev.aftercommit.resilience.Outage;
import dev.aftercommit.resilience.Progress;

/**
 * Where the sender tells how it fares.
 *
 * @param database hears of statements that failed
 * @param smtp whether the SMTP server takes mails
 * @param sender whether the sender does its own part
 * @param progress for liveness
 */
record Surroundings(Database database, Outage smtp, Outage sender, Progress progress) {}

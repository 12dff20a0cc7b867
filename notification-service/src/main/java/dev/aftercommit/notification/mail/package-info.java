/** Notifications become mails: claimed, sent, marked, tried again, parked. */
@NullMarked
package dev.aftercommit.notification.mail;

import org.jspecify.annotations.NullMarked;

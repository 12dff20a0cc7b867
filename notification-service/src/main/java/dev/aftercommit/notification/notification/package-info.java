/** What employees are told: the table, the list, the live stream. */
@NullMarked
package dev.aftercommit.notification.notification;

import org.jspecify.annotations.NullMarked;

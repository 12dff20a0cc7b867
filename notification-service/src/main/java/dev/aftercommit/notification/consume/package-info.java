/** Salary changes become notifications, in the transaction that records their events. */
@NullMarked
package dev.aftercommit.notification.consume;

import org.jspecify.annotations.NullMarked;

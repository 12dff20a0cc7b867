/** Messages that could not be read or applied, and the way back for them. */
@NullMarked
package dev.aftercommit.notification.parked;

import org.jspecify.annotations.NullMarked;

/** Error answers after RFC 9457. */
@NullMarked
package dev.aftercommit.notification.problem;

import org.jspecify.annotations.NullMarked;

/** Settings of the service. */
@NullMarked
package dev.aftercommit.notification.config;

import org.jspecify.annotations.NullMarked;

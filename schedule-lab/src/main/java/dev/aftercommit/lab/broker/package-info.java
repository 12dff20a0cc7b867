/** The queues of a scenario. */
@NullMarked
package dev.aftercommit.lab.broker;

import org.jspecify.annotations.NullMarked;

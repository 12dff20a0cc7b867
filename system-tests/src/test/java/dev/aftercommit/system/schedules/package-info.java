/** The services, as they ship, in every order of their steps: see the module schedule-lab. */
@NullMarked
package dev.aftercommit.system.schedules;

import org.jspecify.annotations.NullMarked;

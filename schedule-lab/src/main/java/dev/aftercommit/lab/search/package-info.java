/**
 * Which schedules are run: preemptions first, then all, without those that can show nothing new.
 */
@NullMarked
package dev.aftercommit.lab.search;

import org.jspecify.annotations.NullMarked;

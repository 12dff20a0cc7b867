/**
 * What every service does when something it depends on is away: {@link
 * dev.aftercommit.resilience.BackOff} between tries, one log line when the state changes and one a
 * minute meanwhile ({@link dev.aftercommit.resilience.Outage}), background work that is restarted
 * and never ends in silence ({@link dev.aftercommit.resilience.SupervisedThread}), and a liveness
 * that fails when work stands still for no outside reason ({@link
 * dev.aftercommit.resilience.Progress}).
 */
@NullMarked
package dev.aftercommit.resilience;

import org.jspecify.annotations.NullMarked;

package dev.aftercommit.lab.search;

import java.time.Duration;

/**
 * How far a search goes.
 *
 * @param schedules how many it runs at most
 * @param time how long it takes at most
 * @param preemptions how often an actor may be interrupted though it could go on; {@link #ALL} for
 *     any number
 * @param afterFailure how long it goes on after the first failure, to say how many ways there are
 */
public record Budget(int schedules, Duration time, int preemptions, Duration afterFailure) {

  /** Any number of preemptions. */
  public static final int ALL = Integer.MAX_VALUE;

  /** 20,000 schedules, 60 s, all preemptions, 2 s after a failure. */
  public static Budget standard() {
    return new Budget(20_000, Duration.ofSeconds(60), ALL, Duration.ofSeconds(2));
  }

  /** The same with other bounds. */
  public Budget with(int schedules, int preemptions) {
    return new Budget(schedules, time, preemptions, afterFailure);
  }
}

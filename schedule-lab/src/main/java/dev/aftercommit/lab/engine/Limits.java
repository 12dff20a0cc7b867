package dev.aftercommit.lab.engine;

import java.time.Duration;

/**
 * How long the lab waits before it says that it cannot tell.
 *
 * @param thinking how long an actor may be neither at a gate nor at its end
 * @param statement how long a statement may run without waiting for another actor
 * @param grace how long a statement may run before the server is asked whether it waits
 * @param movingOn how long an actor has, once for each place at which it calls Redis, to show that
 *     it does not wait for the answer
 */
public record Limits(Duration thinking, Duration statement, Duration grace, Duration movingOn) {

  /** 10 s, 30 s, 0.3 ms, 20 ms. */
  public static Limits standard() {
    return new Limits(
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofNanos(300_000),
        Duration.ofMillis(20));
  }
}

package dev.aftercommit.stack.demo;

import java.math.BigDecimal;
import java.time.Duration;

/**
 * What a demo run does.
 *
 * @param run how long the clients change salaries
 * @param employees how many are loaded before
 * @param departments how many departments they are spread over
 * @param clients how many clients change salaries at once
 * @param drainLimit how long the system may take afterwards until every change has taken effect
 * @param seed of the clients' choices
 */
public record Plan(
    Duration run, int employees, int departments, int clients, Duration drainLimit, long seed) {

  /** How many malformed messages are put into the queues. */
  public static final int MALFORMED = 20;

  /** How many published events are published again. */
  public static final int REPUBLISHED = 500;

  /** The outbox keeps events for 45 minutes at least, and the check afterwards reads them all. */
  private static final int LONGEST_RUN_SECONDS = 40 * 60;

  private static final Duration LONGEST_WARM_UP = Duration.ofSeconds(10);

  static final int LOWEST_SALARY = 30_000;
  static final int HIGHEST_SALARY = 90_000;

  public Plan {
    require("seconds", run.toSeconds(), 1, LONGEST_RUN_SECONDS);
    require("employees", employees, 1, 1_000_000);
    require("departments", departments, 1, 1_000);
    require("clients", clients, 1, 1_000);
  }

  /** How long the clients work before anything is measured. */
  Duration warmUp() {
    return run.compareTo(LONGEST_WARM_UP) < 0 ? run : LONGEST_WARM_UP;
  }

  /** A department's budget: several times what its people earn, so that honest raises fit in. */
  BigDecimal budget() {
    long headcount = employees / departments + 1000L;
    return BigDecimal.valueOf(headcount).multiply(BigDecimal.valueOf(5L * HIGHEST_SALARY));
  }

  /**
   * Salaries from here on exceed every budget: a change that reaches for one rolls back, and no
   * such salary may be seen anywhere.
   */
  BigDecimal impossibleSalary() {
    return budget().multiply(BigDecimal.TWO);
  }

  private static void require(String what, long value, long lowest, long highest) {
    if (value < lowest || value > highest) {
      throw new IllegalArgumentException(
          "--%s must be from %d to %d, found %d".formatted(what, lowest, highest, value));
    }
  }
}

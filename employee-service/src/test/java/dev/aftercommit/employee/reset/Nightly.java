package dev.aftercommit.employee.reset;

import java.time.Duration;
import java.time.ZoneId;

/** The settings of the tests, with the nightly closing of production. */
record Nightly(DailyResetConfig tests, Duration overdueAfter) implements DailyResetConfig {

  @Override
  public String cron() {
    return "0 5 0 * * ?";
  }

  @Override
  public ZoneId zone() {
    return tests.zone();
  }

  @Override
  public String checkInterval() {
    return tests.checkInterval();
  }

  @Override
  public int maxChunk() {
    return tests.maxChunk();
  }

  @Override
  public Duration targetTime() {
    return tests.targetTime();
  }

  @Override
  public Duration maxTime() {
    return tests.maxTime();
  }

  @Override
  public Duration lease() {
    return tests.lease();
  }

  @Override
  public Duration stallLimit() {
    return Duration.ofMillis(200);
  }

  @Override
  public Duration overdueAfter() {
    return overdueAfter;
  }
}

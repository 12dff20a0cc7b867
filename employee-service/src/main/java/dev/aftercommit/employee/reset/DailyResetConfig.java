package dev.aftercommit.employee.reset;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;

/** When and how fast days are closed; the README's table explains each. */
@ConfigMapping(prefix = "aftercommit.daily-reset")
interface DailyResetConfig {

  /** Looks are never closer together. */
  Duration SHORTEST_CHECK = Duration.ofMillis(100);

  /** Quartz cron expression: when the day before is closed; {@code off} for never by itself. */
  @WithDefault("0 5 0 * * ?")
  String cron();

  /** Time zone of the cron expression and of the days. */
  @WithDefault("UTC")
  ZoneId zone();

  /** How often to look for a day to close or a crashed reset; {@code off} for never. */
  @WithDefault("30s")
  String checkInterval();

  /** How long after its time a day may stay open before an operator is told. */
  @WithDefault("15m")
  Duration overdueAfter();

  /** Most employees per transaction. */
  @WithDefault("50000")
  @Min(1) @Max(100_000) int maxChunk();

  /** What one transaction should take. */
  @WithDefault("120ms")
  Duration targetTime();

  /** A transaction that takes longer is cancelled and repeated with fewer employees. */
  @WithDefault("200ms")
  Duration maxTime();

  /** After this time without progress another instance takes over. */
  @WithDefault("15s")
  Duration lease();

  /** How long to try to get past one locked row. */
  @WithDefault("1m")
  Duration stallLimit();

  /** The pause between two looks; empty for no look at all. */
  default Optional<Duration> checkEvery() {
    if (checkInterval().equals("off")) {
      return Optional.empty();
    }
    Duration interval = DurationConverter.parseDuration(checkInterval());
    return Optional.of(interval.compareTo(SHORTEST_CHECK) < 0 ? SHORTEST_CHECK : interval);
  }

  /** The bounds of a closing. */
  default ClosingLimits limits() {
    return new ClosingLimits(maxChunk(), targetTime(), maxTime(), lease(), stallLimit());
  }
}

package dev.aftercommit.employee.reset;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.time.ZoneId;

/** When and how fast days are closed; the README's table explains each. */
@ConfigMapping(prefix = "aftercommit.daily-reset")
interface DailyResetConfig {

  /** Quartz cron expression: when the day before is closed; {@code off} for never by itself. */
  @WithDefault("0 5 0 * * ?")
  String cron();

  /** Time zone of the cron expression and of the days. */
  @WithDefault("UTC")
  ZoneId zone();

  /** How often to look for a missed night or a crashed reset; {@code off} for never. */
  @WithDefault("30s")
  String checkInterval();

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

  /** The bounds of a closing. */
  default ClosingLimits limits() {
    return new ClosingLimits(maxChunk(), targetTime(), maxTime(), lease(), stallLimit());
  }
}

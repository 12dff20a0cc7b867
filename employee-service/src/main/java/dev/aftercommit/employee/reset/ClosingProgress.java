package dev.aftercommit.employee.reset;

import java.time.Instant;
import java.time.LocalDate;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * How far the closing of a day has come.
 *
 * @param day the last day that is closed by it
 * @param firstDay the day that the changes count for; earlier than {@code day} when nights were
 *     missed
 * @param total employees when it began
 * @param passed employees whose day is closed
 * @param closed those of them who had changes, each now in the history
 */
@Schema(name = "DailyReset")
public record ClosingProgress(
    @Schema(examples = "2026-11-21") LocalDate day,
    @Schema(
            description =
                "the day that the changes count for; earlier than day when nights were missed")
        LocalDate firstDay,
    State state,
    @Schema(description = "of the employees, 0 to 100; 100 only when finished", examples = "42.5")
        double percent,
    @Schema(description = "employees when it began") long total,
    @Schema(description = "employees whose day is closed") long passed,
    @Schema(description = "those of them who had changes") long closed,
    Instant startedAt,
    @Nullable Instant finishedAt) {

  private static final double ALMOST = 99.9;

  /** Whether every employee's day is closed. */
  public enum State {
    RUNNING,
    FINISHED
  }

  /** Whether every employee's day is closed. */
  public boolean finished() {
    return state == State.FINISHED;
  }

  static double percent(boolean finished, long passed, long total) {
    if (finished) {
      return 100;
    }
    return total == 0 ? 0 : Math.min(ALMOST, Math.floor(passed * 1000.0 / total) / 10);
  }
}

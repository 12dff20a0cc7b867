package dev.aftercommit.employee.reset;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which day should be closed by now. */
class BusinessDaysTest {

  private static final String FIVE_PAST_MIDNIGHT = "0 5 0 * * ?";

  @ParameterizedTest
  @CsvSource({
    "2026-11-22T00:04:59Z, UTC, 2026-11-20",
    "2026-11-22T00:05:00Z, UTC, 2026-11-21",
    "2026-11-22T16:00:00Z, UTC, 2026-11-21",
    "2026-11-21T23:10:00Z, Europe/Berlin, 2026-11-21",
    "2026-11-22T03:00:00Z, America/New_York, 2026-11-20",
    // the night in which clocks go forward over the hour
    "2026-03-29T01:30:00Z, Europe/Berlin, 2026-03-28"
  })
  void theDayBeforeTheLastNightIsDue(Instant now, ZoneId zone, LocalDate due) {
    assertThat(days(now, zone, FIVE_PAST_MIDNIGHT).lastDue()).contains(due);
  }

  @Test
  void nothingIsDueWhenDaysAreNotClosedByThemselves() {
    BusinessDays days = days(Instant.parse("2026-11-22T16:00:00Z"), ZoneOffset.UTC, "off");

    assertThat(days.lastDue()).isEmpty();
    assertThat(days.lastOver()).isEqualTo("2026-11-21");
  }

  private static BusinessDays days(Instant now, ZoneId zone, String cron) {
    return new BusinessDays(Clock.fixed(now, ZoneOffset.UTC), zone, cron);
  }
}

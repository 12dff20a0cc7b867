package dev.aftercommit.employee.reset;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which day should be closed by now. */
class BusinessDaysTest {

  private static final String FIVE_PAST_MIDNIGHT = "0 5 0 * * ?";
  private static final String HALF_PAST_TWO = "0 30 2 * * ?";
  private static final String MIDNIGHT = "0 0 0 * * ?";

  @ParameterizedTest
  @CsvSource({
    "2026-11-22T00:04:59Z, UTC, 2026-11-20",
    "2026-11-22T00:04:59.999999Z, UTC, 2026-11-20",
    "2026-11-22T00:05:00Z, UTC, 2026-11-21",
    "2026-11-22T16:00:00Z, UTC, 2026-11-21",
    "2026-11-21T23:10:00Z, Europe/Berlin, 2026-11-21",
    "2026-11-22T03:00:00Z, America/New_York, 2026-11-20",
    // the night in which clocks go forward over the hour
    "2026-03-29T01:30:00Z, Europe/Berlin, 2026-03-28"
  })
  void theDayBeforeTheLastNightIsDue(Instant now, ZoneId zone, LocalDate due) {
    assertThat(new BusinessDays(zone, FIVE_PAST_MIDNIGHT).lastDue(now)).contains(due);
  }

  @ParameterizedTest
  @CsvSource({
    "0 5 0 * * ?, Africa/Cairo, 2027-04-29T22:00:00Z, 2027-04-29",
    "0 5 0 * * ?, America/Santiago, 2026-09-06T04:00:00Z, 2026-09-05",
    "0 5 0 * * ?, Asia/Beirut, 2026-03-28T22:00:00Z, 2026-03-28",
    "0 5 0 * * ?, Atlantic/Azores, 2026-03-29T01:00:00Z, 2026-03-28",
    "0 5 0 * * ?, America/Havana, 2026-03-08T05:00:00Z, 2026-03-07",
    "0 5 0 * * ?, America/Sao_Paulo, 2011-10-16T03:00:00Z, 2011-10-15",
    "0 30 2 * * ?, Europe/Berlin, 2026-03-29T01:00:00Z, 2026-03-28",
    "0 30 2 * * ?, America/New_York, 2026-03-08T07:00:00Z, 2026-03-07"
  })
  void aTimeThatDoesNotExistComesRightAfterTheGap(
      String cron, ZoneId zone, Instant change, LocalDate due) {
    ZoneOffsetTransition gap = zone.getRules().nextTransition(change.minusMillis(1));
    BusinessDays days = new BusinessDays(zone, cron);

    assertThat(gap.isGap()).isTrue();
    assertThat(gap.getInstant()).isEqualTo(change);
    assertThat(days.lastDue(change.minusMillis(1))).contains(due.minusDays(1));
    assertThat(days.lastDue(change)).contains(due);
    assertThat(days.lastDue(change.plusSeconds(14 * 3600))).contains(due);
  }

  @ParameterizedTest
  @CsvSource({
    // 00:00 to 01:00 comes twice
    "0 5 0 * * ?, America/Havana, 2026-11-01T04:05:00Z, 2026-10-31",
    "0 5 0 * * ?, Atlantic/Azores, 2026-10-25T00:05:00Z, 2026-10-24",
    "0 30 2 * * ?, Europe/Berlin, 2026-10-25T00:30:00Z, 2026-10-24",
    // at midnight it becomes 23:00 again
    "0 5 0 * * ?, Africa/Cairo, 2026-10-29T22:05:00Z, 2026-10-29",
    "0 5 0 * * ?, Asia/Beirut, 2026-10-24T22:05:00Z, 2026-10-24",
    // at one past midnight it becomes 23:01 again: the day is not over the first time
    "0 0 0 * * ?, America/Goose_Bay, 2010-11-07T04:00:00Z, 2010-11-06"
  })
  void aTimeThatComesTwiceClosesTheDayOnceAndNotBeforeItIsOver(
      String cron, ZoneId zone, Instant closing, LocalDate due) {
    BusinessDays days = new BusinessDays(zone, cron);

    assertThat(days.lastDue(closing.minusMillis(1))).contains(due.minusDays(1));
    for (int minute = 0; minute < 20 * 60; minute++) {
      assertThat(days.lastDue(closing.plus(Duration.ofMinutes(minute)))).contains(due);
    }
  }

  @Test
  void overTwoYearsEachDayIsDueOnceInOrderAndNoneBeforeItIsOver() {
    List<String> zones =
        List.of(
            "UTC",
            "Europe/Berlin",
            "Europe/London",
            "Africa/Cairo",
            "America/Santiago",
            "Asia/Beirut",
            "Atlantic/Azores",
            "America/Havana",
            "Australia/Lord_Howe",
            "America/Asuncion",
            "America/Nuuk",
            "Africa/Casablanca",
            "Asia/Gaza",
            "America/New_York");
    for (String zone : zones) {
      for (String cron : List.of(FIVE_PAST_MIDNIGHT, HALF_PAST_TWO, MIDNIGHT)) {
        assertThatEachDayIsDueOnce(ZoneId.of(zone), cron, 2026);
      }
    }
    assertThatEachDayIsDueOnce(ZoneId.of("America/Sao_Paulo"), FIVE_PAST_MIDNIGHT, 2011);
    assertThatEachDayIsDueOnce(ZoneId.of("Pacific/Apia"), FIVE_PAST_MIDNIGHT, 2011);
    assertThatEachDayIsDueOnce(ZoneId.of("America/Goose_Bay"), MIDNIGHT, 2009);
  }

  @Test
  void nothingIsDueWhenDaysAreNotClosedByThemselves() {
    BusinessDays days = new BusinessDays(ZoneOffset.UTC, "off");
    Instant now = Instant.parse("2026-11-22T16:00:00Z");

    assertThat(days.lastDue(now)).isEmpty();
    assertThat(days.lastOver(now)).isEqualTo("2026-11-21");
  }

  /** Walks in steps of a quarter of an hour near changes of the clock, and of six hours else. */
  private static void assertThatEachDayIsDueOnce(ZoneId zone, String cron, int from) {
    BusinessDays days = new BusinessDays(zone, cron);
    Instant now = LocalDate.of(from, 1, 2).atTime(12, 0).atZone(zone).toInstant();
    Instant end = LocalDate.of(from + 2, 1, 2).atTime(12, 0).atZone(zone).toInstant();
    LocalDate first = days.lastDue(now).orElseThrow();
    List<LocalDate> closed = new ArrayList<>(List.of(first));
    while (now.isBefore(end)) {
      LocalDate due = days.lastDue(now).orElseThrow();
      if (!due.equals(closed.getLast())) {
        closed.add(due);
      }
      assertThat(due)
          .as("%s %s %s", zone, cron, now)
          .isBetween(days.today(now).minusDays(2), days.lastOver(now));
      now = now.plus(nearAChange(zone, now) ? Duration.ofMinutes(15) : Duration.ofHours(6));
    }
    assertThat(closed)
        .as("%s %s", zone, cron)
        .containsExactlyElementsOf(first.datesUntil(closed.getLast().plusDays(1)).toList())
        .hasSizeGreaterThan(729);
  }

  private static boolean nearAChange(ZoneId zone, Instant now) {
    ZoneOffsetTransition next = zone.getRules().nextTransition(now.minus(Duration.ofDays(1)));
    return next != null && next.getInstant().isBefore(now.plus(Duration.ofDays(1)));
  }
}

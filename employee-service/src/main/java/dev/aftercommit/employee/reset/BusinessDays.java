package dev.aftercommit.employee.reset;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which days are over and which should be closed at a moment of database time, in the deployment's
 * time zone.
 *
 * <p>A cron expression is read as the clock on the wall shows it, and then placed in time by the
 * rules of the zone: a time that a change of the clock skips comes right after the gap, a time that
 * comes twice counts the first time, and never before the day it closes is over.
 */
final class BusinessDays {

  private static final String OFF = "off";

  private final ZoneId zone;
  private final ZoneRules rules;
  private final @Nullable ExecutionTime nights;

  /**
   * The days of a zone.
   *
   * @param cron Quartz expression: each time it fires, the day before should be closed; or off
   * @throws IllegalArgumentException when it is no such expression
   */
  BusinessDays(ZoneId zone, String cron) {
    this.zone = zone;
    this.rules = zone.getRules();
    this.nights = cron.equals(OFF) ? null : nights(cron);
  }

  ZoneId zone() {
    return zone;
  }

  LocalDate today(Instant now) {
    return LocalDate.ofInstant(now, zone);
  }

  LocalDate lastOver(Instant now) {
    return today(now).minusDays(1);
  }

  /** The first moment of a day. */
  Instant begin(LocalDate day) {
    return day.atStartOfDay(zone).toInstant();
  }

  /** The last day that should be closed by now; empty when days are not closed by themselves. */
  Optional<LocalDate> lastDue(Instant now) {
    if (nights == null) {
      return Optional.empty();
    }
    // an execution time finds only earlier ones, to the second
    ZonedDateTime after = latestShown(now).truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    Optional<ZonedDateTime> fired = nights.lastExecution(after);
    while (fired.isPresent() && at(fired.get().toLocalDateTime()).isAfter(now)) {
      fired = nights.lastExecution(fired.get());
    }
    return fired.map(time -> time.toLocalDate().minusDays(1));
  }

  /** The latest time that the clock on the wall has shown, as if it never changed. */
  private ZonedDateTime latestShown(Instant now) {
    LocalDateTime shown = LocalDateTime.ofInstant(now, zone);
    ZoneOffsetTransition change = rules.previousTransition(now.plusNanos(1));
    if (change != null && change.isOverlap() && change.getDateTimeBefore().isAfter(shown)) {
      shown = change.getDateTimeBefore();
    }
    return shown.atZone(ZoneOffset.UTC);
  }

  /** When the closing comes that is to be at this time of the clock on the wall. */
  private Instant at(LocalDateTime shown) {
    ZoneOffsetTransition change = rules.getTransition(shown);
    Instant first =
        change != null && change.isGap() ? change.getInstant() : shown.atZone(zone).toInstant();
    Instant over = over(shown.toLocalDate().minusDays(1));
    return first.isAfter(over) ? first : over;
  }

  /** When a day is over for good: a clock put back over midnight returns to it. */
  private Instant over(LocalDate day) {
    LocalDateTime midnight = day.plusDays(1).atStartOfDay();
    ZoneOffsetTransition change = rules.getTransition(midnight);
    boolean returns =
        change != null && change.isOverlap() && change.getDateTimeAfter().isBefore(midnight);
    return returns ? midnight.toInstant(change.getOffsetAfter()) : begin(day.plusDays(1));
  }

  private static ExecutionTime nights(String cron) {
    CronParser parser =
        new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.QUARTZ));
    return ExecutionTime.forCron(parser.parse(cron));
  }
}

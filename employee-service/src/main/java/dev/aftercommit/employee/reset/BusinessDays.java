package dev.aftercommit.employee.reset;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which days are over and which should be closed by now, in the deployment's time zone. */
final class BusinessDays {

  private static final String OFF = "off";

  private final Clock clock;
  private final ZoneId zone;
  private final @Nullable ExecutionTime nights;

  /**
   * The days of a zone.
   *
   * @param cron Quartz expression: each time it fires, the day before should be closed; or off
   * @throws IllegalArgumentException when it is no such expression
   */
  BusinessDays(Clock clock, ZoneId zone, String cron) {
    this.clock = clock;
    this.zone = zone;
    this.nights = cron.equals(OFF) ? null : nights(cron);
  }

  LocalDate today() {
    return LocalDate.now(clock.withZone(zone));
  }

  LocalDate lastOver() {
    return today().minusDays(1);
  }

  /** The last day that should be closed by now; empty when days are not closed by themselves. */
  Optional<LocalDate> lastDue() {
    if (nights == null) {
      return Optional.empty();
    }
    ZonedDateTime now = ZonedDateTime.now(clock.withZone(zone));
    Optional<ZonedDateTime> fired =
        nights.isMatch(now) ? Optional.of(now) : nights.lastExecution(now);
    return fired.map(time -> time.toLocalDate().minusDays(1));
  }

  private static ExecutionTime nights(String cron) {
    CronParser parser =
        new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.QUARTZ));
    return ExecutionTime.forCron(parser.parse(cron));
  }
}

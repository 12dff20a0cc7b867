package dev.aftercommit.employee.config;

import dev.aftercommit.employee.http.Money;
import dev.aftercommit.publicids.IdKey;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** What an operator can set; the README's table explains each. */
@ConfigMapping(prefix = "aftercommit")
public interface EmployeeServiceConfig {

  /** ISO 4217 code of the one currency of this deployment. */
  @WithDefault("EUR")
  @Pattern(regexp = "[A-Z]{3}") String currency();

  Ids ids();

  Outbox outbox();

  Retry retry();

  Bulkhead bulkhead();

  Idempotency idempotency();

  @WithName("import")
  Import imports();

  /** Public ids. */
  interface Ids {

    /** 32 hexadecimal digits; belongs to the database for ever. */
    @WithDefault(IdKey.DEVELOPMENT)
    String key();

    /** Name of this instance, of no other that runs; absent: any number that is free. */
    Optional<String> instance();

    /**
     * Keys that are fetched from the database at once; a restart skips what is left of two blocks.
     */
    @WithDefault("10000")
    @Min(1) @Max(10_000_000) int blockSize();

    /** Longest wait for a block, and at the start for another instance of this name to end. */
    @WithDefault("5s")
    Duration maxWait();
  }

  /** The way to the relays. */
  interface Outbox {

    /** Shortest time between two wake-ups of the relays. */
    @WithDefault("2ms")
    Duration doorbellInterval();

    /** The same while many changes commit; longer, so that a relay's read finds several events. */
    @WithDefault("10ms")
    Duration busyDoorbellInterval();

    /** How many commits per second are many. */
    @WithDefault("300")
    @Min(1) int busyFrom();
  }

  /** Repetition of transactions that lost against another one. */
  interface Retry {

    /** How often a transaction is repeated before the caller is told to come back. */
    @WithDefault("5")
    @Min(0) @Max(20) int maxRetries();

    /** Pause before the first repetition; doubles each time. */
    @WithDefault("10ms")
    Duration delay();

    /** Each pause is longer or shorter by up to this much, so that the losers do not meet again. */
    @WithDefault("8ms")
    Duration jitter();

    /** No pause is longer than this. */
    @WithDefault("200ms")
    Duration maxDelay();
  }

  /**
   * How many transactions may be at one row at a time, each with a connection of the pool; the
   * others wait without one.
   */
  interface Bulkhead {

    /** At one employee, or at one {@code Idempotency-Key}. */
    @WithDefault("4")
    @Min(1) int perRow();

    /** At one department, which all changes of its salaries pass through. */
    @WithDefault("12")
    @Min(1) int perDepartment();

    /** How long one waits in all, before it is refused. */
    @WithDefault("2s")
    @DurationMin(millis = 1)
    @DurationMax(seconds = 25)
    Duration maxWait();

    /** How many may wait at one row; more are refused at once. */
    @WithDefault("64")
    @Min(0) int maxWaiting();
  }

  /** Commands that come with an {@code Idempotency-Key}. */
  interface Idempotency {

    /** For how long, at least, a key is remembered; it is forgotten a quarter of that later. */
    @WithDefault("24h")
    @DurationMin(minutes = 1)
    @DurationMax(days = 30)
    Duration expiry();

    /** How long a command waits for another one with the same key, before it is refused. */
    @WithDefault("2s")
    @DurationMin(millis = 1)
    @DurationMax(seconds = 25)
    Duration maxWait();

    /** How often expired keys are looked for. */
    @WithDefault("5m")
    @DurationMin(seconds = 1)
    Duration sweepInterval();
  }

  /** Bounds of {@code POST /imports}. */
  interface Import {

    /** Budget of a department that the import creates. */
    @WithDefault("999999999999.99")
    @Money
    BigDecimal newDepartmentBudget();

    /** Rows per transaction. */
    @WithDefault("500")
    @Min(1) @Max(5000) int batchSize();

    /** Rows per request; those behind are rejected unread. */
    @WithDefault("1000000")
    @Min(1) int maxRows();

    /** Longest line in bytes; a longer one is rejected. */
    @WithDefault("16384")
    @Min(256) int maxLineBytes();
  }
}

package dev.aftercommit.employee.cache;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** What an operator can set about cached reads; the README's table explains each. */
@ConfigMapping(prefix = "aftercommit.cache")
public interface CacheConfig {

  /** Whether reads are cached. */
  @WithDefault("true")
  boolean enabled();

  /** Where Redis is, with user and password if it wants them. */
  @WithDefault("redis://localhost:6379")
  String redis();

  /** Starts every Redis key; another one for each database that shares a Redis. */
  @WithDefault("employee-service")
  String namespace();

  /** Longest time that a read, or a change after its commit, waits for Redis. */
  @WithDefault("50ms")
  Duration budget();

  /** Longest life of an entry. */
  @WithDefault("10m")
  Duration entryTtl();

  /** Share of it by which lives are shortened at random. */
  @WithDefault("0.2")
  double ttlJitter();

  /** How long a reader may take from its miss to its fill. */
  @WithDefault("2s")
  Duration leaseTtl();

  /** How long Redis remembers the version of a change; longer than a lease. */
  @WithDefault("10s")
  Duration tombstoneTtl();

  /** Longest wait for another reader that loads the same. */
  @WithDefault("250ms")
  Duration loadWait();

  /** Larger values are not cached. */
  @WithDefault("16384")
  @Min(1) int maxValueBytes();

  /** A transaction that changes more rows than this drops everything, in one step. */
  @WithDefault("100")
  @Min(1) @Max(1000) int mostKeys();

  /** Reads in a row without an answer in time before reads leave Redis alone for a while. */
  @WithDefault("3")
  @Min(1) int failuresToOpen();

  /** Shortest pause between attempts to reach Redis again, or to have it confirm; grows 8 times. */
  @WithDefault("250ms")
  Duration probeInterval();

  /** Longest wait for each step of such an attempt. */
  @WithDefault("1s")
  Duration connectLimit();

  /** A connection on which Redis stays silent for so much longer is given up. */
  @WithDefault("10s")
  Duration answerLimit();

  Events events();

  /** Invalidation by the events that this service itself has put into the outbox. */
  interface Events {

    /** Most unacknowledged messages of a queue: the bound of the memory they take. */
    @WithDefault("1024")
    @Min(1) int prefetch();

    /** Most messages that Redis is told of at a time. */
    @WithDefault("256")
    @Min(1) int batchSize();

    /** Shortest pause between attempts to reach the broker; grows 8 times. */
    @WithDefault("1s")
    Duration brokerRetry();
  }
}

package dev.aftercommit.freshcache;

import java.time.Duration;

/**
 * The bounds of a cache.
 *
 * @param namespace starts every Redis key; one per service and database
 * @param budget longest time that one read, or one invalidation, waits for Redis
 * @param entryTtl longest life of an entry
 * @param ttlJitter share of {@code entryTtl} (0 to 1) by which lives are shortened at random, so
 *     that entries filled together do not expire together
 * @param leaseTtl how long a loader may take from its miss to its fill; a later fill is refused
 * @param tombstoneTtl how long Redis remembers the version of an invalidation; longer than {@code
 *     leaseTtl}, so that it outlives every reader that missed before it
 * @param loadWait longest time that a read waits for another one that loads the same key
 * @param maxValueBytes larger values are not cached
 * @param maxKeysPerCall keys in one script call; larger invalidations are split, so that Redis is
 *     never busy with one for long
 * @param failuresToOpen reads in a row that Redis does not answer in time before reads leave it
 *     alone, until it answers in time again; an invalidation that it does not confirm in time
 *     suffices alone
 * @param probeInterval pause between two looks whether Redis answers in time again; the shortest
 *     pause between attempts to connect, which grows to 8 times of it
 * @param connectLimit longest wait for each step of an attempt to connect
 * @param answerLimit a connection that owes an answer for so much longer than {@code connectLimit}
 *     is given up, and all that was cached with it
 */
public record FreshCacheConfig(
    String namespace,
    Duration budget,
    Duration entryTtl,
    double ttlJitter,
    Duration leaseTtl,
    Duration tombstoneTtl,
    Duration loadWait,
    int maxValueBytes,
    int maxKeysPerCall,
    int failuresToOpen,
    Duration probeInterval,
    Duration connectLimit,
    Duration answerLimit) {

  public FreshCacheConfig {
    if (namespace.isBlank() || namespace.contains("{") || namespace.contains("}")) {
      throw new IllegalArgumentException(
          "namespace must be a name without braces, found: '" + namespace + "'");
    }
    if (tombstoneTtl.compareTo(leaseTtl) <= 0) {
      throw new IllegalArgumentException(
          "tombstoneTtl (%s) must be longer than leaseTtl (%s), so that no loader outlives it"
              .formatted(tombstoneTtl, leaseTtl));
    }
    if (ttlJitter < 0 || ttlJitter >= 1) {
      throw new IllegalArgumentException("ttlJitter must be in [0, 1), found: " + ttlJitter);
    }
    if (maxValueBytes < 1 || maxKeysPerCall < 1 || failuresToOpen < 1) {
      throw new IllegalArgumentException(
          "maxValueBytes, maxKeysPerCall and failuresToOpen must be positive, found: %d, %d, %d"
              .formatted(maxValueBytes, maxKeysPerCall, failuresToOpen));
    }
  }

  /** Defaults that suit rows of a few KiB and a Redis in the same data centre. */
  public static FreshCacheConfig of(String namespace) {
    return new FreshCacheConfig(
        namespace,
        Duration.ofMillis(50),
        Duration.ofMinutes(10),
        0.2,
        Duration.ofSeconds(2),
        Duration.ofSeconds(10),
        Duration.ofMillis(250),
        16 * 1024,
        100,
        3,
        Duration.ofMillis(250),
        Duration.ofSeconds(1),
        Duration.ofSeconds(10));
  }
}

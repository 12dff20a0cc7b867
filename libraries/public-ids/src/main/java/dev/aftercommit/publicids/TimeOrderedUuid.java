package dev.aftercommit.publicids;

import java.time.Instant;
import java.util.UUID;

/**
 * A UUID of version 7 (RFC 9562) whose last 64 free bits are given: milliseconds since 1970 (48
 * bits), version, ten zeros, the 64 bits with the variant's two behind the first two of them.
 */
final class TimeOrderedUuid {

  private static final long VERSION = 0x7000;
  private static final long VARIANT = 0x8000_0000_0000_0000L;
  private static final int LOW_BITS = 62;
  private static final long LOW_MASK = (1L << LOW_BITS) - 1;

  private TimeOrderedUuid() {}

  static UUID of(long bits, Instant when) {
    long time = when.toEpochMilli() << 16;
    return new UUID(time | VERSION | (bits >>> LOW_BITS), VARIANT | (bits & LOW_MASK));
  }

  static long bits(UUID uuid) {
    return (uuid.getMostSignificantBits() << LOW_BITS)
        | (uuid.getLeastSignificantBits() & LOW_MASK);
  }
}

package dev.aftercommit.freshcache;

/**
 * A value as the database had it, and the version of its row.
 *
 * @param version read in the same statement as the value; from 0 to 2<sup>53</sup> - 1, grows with
 *     every change of the value that is announced by {@link FreshCaches#invalidate}
 */
public record Versioned<V>(V value, long version) {

  /** Scripts compute with doubles: whole numbers are exact up to here. */
  static final long HIGHEST = (1L << 53) - 1;

  public Versioned {
    requireVersion(version);
  }

  static void requireVersion(long version) {
    if (version < 0 || version > HIGHEST) {
      throw new IllegalArgumentException(
          "version %d is outside 0 to %d, where the cache can compare versions"
              .formatted(version, HIGHEST));
    }
  }
}

package dev.aftercommit.lab.draft;

/**
 * When something happened, as far as a log tells: after it began and before its last line was
 * written.
 *
 * @param first the place of the first line that belongs to it
 * @param begin milliseconds at which it began at the earliest
 * @param announced whether its first line was written before it began; the one of an extended query
 *     is written when its snapshot is already taken
 * @param last the place of the line that ends it; {@link Long#MAX_VALUE} if there is none
 * @param end milliseconds of that line
 */
record Interval(long first, double begin, boolean announced, long last, double end) {

  /** Times are cut to milliseconds. */
  private static final double RESOLUTION = 1;

  /** Whether it was over before the other began: lines stand in the order they were written in. */
  boolean surelyBefore(Interval other) {
    return probablyBefore(other) && (other.announced || end + RESOLUTION <= other.begin);
  }

  /** Whether its lines came before, which is nearly always true of what happened too. */
  boolean probablyBefore(Interval other) {
    return last < other.first;
  }

  /** Whether neither was surely before the other. */
  boolean overlaps(Interval other) {
    return !surelyBefore(other) && !other.surelyBefore(this);
  }
}

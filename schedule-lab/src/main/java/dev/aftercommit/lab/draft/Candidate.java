package dev.aftercommit.lab.draft;

import org.jspecify.annotations.Nullable;

/**
 * Two units of work that may disturb each other.
 *
 * @param danger what the log shows of them
 * @param seen how many pairs of these types showed the same
 */
record Candidate(Unit first, Unit second, Danger danger, int seen) {

  /** When the first of them began. */
  Interval begin() {
    Interval one = first.transactions().getFirst().interval();
    Interval other = second.transactions().getFirst().interval();
    return one.first() < other.first() ? one : other;
  }

  /** What two transactions show, the worst last. */
  enum Danger {
    POSSIBLE("they touch the same tables, but never at the same time"),
    CONFLICT("they ran at the same time on the same rows"),
    READ_SKEW("one may have read before and after the other's commit"),
    WRITE_SKEW("each may have read what the other changed, before the change"),
    LOST_UPDATE("one read a row before the other changed it, and overwrote the change");

    private final String meaning;

    Danger(String meaning) {
      this.meaning = meaning;
    }

    /** In words. */
    String meaning() {
      return meaning;
    }
  }

  /** What the log shows of two units; null if neither can disturb the other. */
  static @Nullable Danger between(Unit a, Unit b, boolean together) {
    boolean meet = false;
    for (Touch one : a.touches()) {
      for (Touch other : b.touches()) {
        meet |= (one.writes() || other.writes()) && one.meets(other);
      }
    }
    if (!meet) {
      return null;
    }
    if (!together) {
      return Danger.POSSIBLE;
    }
    if (overwrites(a, b) || overwrites(b, a)) {
      return Danger.LOST_UPDATE;
    }
    if (misses(a, b) && misses(b, a)) {
      return Danger.WRITE_SKEW;
    }
    return seesHalf(a, b) || seesHalf(b, a) ? Danger.READ_SKEW : Danger.CONFLICT;
  }

  private static boolean misses(Unit a, Unit b) {
    return a.touches().stream().anyMatch(r -> b.touches().stream().anyMatch(r::mayMiss));
  }

  private static boolean overwrites(Unit a, Unit b) {
    for (Touch change : b.touches()) {
      for (Touch read : a.touches()) {
        for (Touch write : a.touches()) {
          boolean later = read.statement().interval().last() < write.statement().interval().first();
          if (later
              && write.writes()
              && read.mayMiss(change)
              && write.follows(change)
              && read.meets(write)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static boolean seesHalf(Unit a, Unit b) {
    for (Touch read : a.touches()) {
      boolean misses = b.touches().stream().anyMatch(read::mayMiss);
      if (misses && a.touches().stream().anyMatch(l -> l.isAfter(read) && sees(l, b))) {
        return true;
      }
    }
    return false;
  }

  private static boolean sees(Touch read, Unit b) {
    return b.touches().stream()
        .anyMatch(
            change ->
                read.reads()
                    && read.meets(change)
                    && change.writes()
                    && change.transaction().end().probablyBefore(read.statement().interval()));
  }
}

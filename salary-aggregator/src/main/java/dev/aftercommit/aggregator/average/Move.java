package dev.aftercommit.aggregator.average;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a batch changes in one department.
 *
 * @param headcount difference
 * @param total difference
 * @param name the newest name in the batch; absent when the batch has none
 * @param version the version of that name; -1 without one
 */
record Move(long headcount, BigDecimal total, @Nullable String name, long version) {

  private static final long UNNAMED = -1;

  static Move named(String name, long version) {
    return new Move(0, BigDecimal.ZERO, name, version);
  }

  static Move joined(BigDecimal salary) {
    return new Move(1, salary, null, UNNAMED);
  }

  static Move left(BigDecimal salary) {
    return new Move(-1, salary.negate(), null, UNNAMED);
  }

  Move and(Move other) {
    Move newest = other.version > version ? other : this;
    return new Move(
        headcount + other.headcount, total.add(other.total), newest.name, newest.version);
  }

  boolean changesNothing() {
    return headcount == 0 && total.signum() == 0 && !namesIt();
  }

  boolean namesIt() {
    return version != UNNAMED;
  }
}

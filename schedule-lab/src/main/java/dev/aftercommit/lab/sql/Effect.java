package dev.aftercommit.lab.sql;

import java.util.HashSet;
import java.util.Set;

/**
 * What a step may do to tables, at least; more is allowed, less is not.
 *
 * @param reads tables whose committed rows it looks at
 * @param locks tables in which it changes or locks rows
 * @param finishes tables whose changes it makes visible, or whose locks it gives back
 * @param snapshot whether it may be the one that fixes what its transaction sees
 * @param everything whether it may do anything
 */
public record Effect(
    Set<String> reads,
    Set<String> locks,
    Set<String> finishes,
    boolean snapshot,
    boolean everything) {

  /** Nothing at all. */
  public static final Effect NONE = new Effect(Set.of(), Set.of(), Set.of(), false, false);

  /** Anything. */
  public static final Effect EVERYTHING = new Effect(Set.of(), Set.of(), Set.of(), false, true);

  public Effect {
    reads = Set.copyOf(reads);
    locks = Set.copyOf(locks);
    finishes = Set.copyOf(finishes);
  }

  /** Ends a transaction that touched these tables. */
  public static Effect finishing(Set<String> tables) {
    return new Effect(Set.of(), Set.of(), tables, false, false);
  }

  /** Both. */
  public Effect and(Effect other) {
    return new Effect(
        union(reads, other.reads),
        union(locks, other.locks),
        union(finishes, other.finishes),
        snapshot || other.snapshot,
        everything || other.everything);
  }

  /**
   * Whether the order of the two can matter. A plain read does not see what is uncommitted, so it
   * conflicts with the commit and not with the change; two commits show the same in either order,
   * since only the final state is judged.
   */
  public boolean conflictsWith(Effect other) {
    return everything
        || other.everything
        || meet(locks, other.locks)
        || sees(other)
        || other.sees(this);
  }

  private boolean sees(Effect other) {
    return meet(reads, other.finishes)
        || meet(locks, other.finishes)
        || (snapshot && !other.finishes.isEmpty());
  }

  private static boolean meet(Set<String> a, Set<String> b) {
    return a.stream().anyMatch(b::contains);
  }

  private static Set<String> union(Set<String> a, Set<String> b) {
    Set<String> both = new HashSet<>(a);
    both.addAll(b);
    return both;
  }
}

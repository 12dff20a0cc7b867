package dev.aftercommit.lab.search;

/** What a search has shown. */
public enum Verdict {
  /** A schedule breaks an invariant. */
  FAILS,
  /** No schedule does; all were run, or differ from one that was by swapped independent steps. */
  HOLDS,
  /** No schedule that was run does; the budget ended the search. */
  BOUNDED,
  /** It cannot be told: something happened that is not scheduled. */
  INCONCLUSIVE,
  /** The same choices led to different runs. */
  NONDETERMINISTIC
}

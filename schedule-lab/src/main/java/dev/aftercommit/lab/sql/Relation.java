package dev.aftercommit.lab.sql;

import java.util.Set;

/**
 * Which steps may be swapped without anybody seeing it: at READ COMMITTED and REPEATABLE READ, by
 * tables, and never if a statement is not fully understood. At SERIALIZABLE there is no such
 * relation: its conflicts are not those of rows.
 */
public final class Relation {

  /** Two commits, where what they leave is judged after each. */
  private static final Effect JUDGED =
      new Effect(Set.of("(judged)"), Set.of(), Set.of("(judged)"), false, false);

  private final Catalogue catalogue;
  private final Isolation isolation;
  private final boolean judgesCommits;

  /**
   * The relation of a database whose transactions have the level that is set from outside.
   *
   * @param catalogue the tables
   * @param repeatable whether a transaction may keep a snapshot
   */
  public Relation(Catalogue catalogue, boolean repeatable) {
    this(catalogue, new Isolation(repeatable), false);
  }

  /**
   * The relation of a database.
   *
   * @param catalogue the tables
   * @param isolation the levels that actors have named
   * @param judgesCommits whether something must hold after each commit, not only at the end
   */
  public Relation(Catalogue catalogue, Isolation isolation, boolean judgesCommits) {
    this.catalogue = catalogue;
    this.isolation = isolation;
    this.judgesCommits = judgesCommits;
  }

  /** The same, but what each commit leaves is judged. */
  public Relation judgingCommits() {
    return new Relation(catalogue, isolation, true);
  }

  /** What the actor's statement itself may do; not what the end of its transaction does. */
  public Effect effectOf(String actor, Statement statement) {
    return isolation.mayBeSerializable(actor)
        ? Effect.EVERYTHING
        : catalogue.effectOf(statement, isolation.mayBeRepeatable(actor));
  }

  /** The effect with what follows from when it is judged. */
  public Effect judged(Effect effect) {
    return judgesCommits && !effect.finishes().isEmpty() ? effect.and(JUDGED) : effect;
  }
}

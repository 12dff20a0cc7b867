package dev.aftercommit.lab.sql;

/**
 * Which steps may be swapped without anybody seeing it: at READ COMMITTED and REPEATABLE READ, by
 * tables, and never if a statement is not fully understood. At SERIALIZABLE there is no such
 * relation: its conflicts are not those of rows.
 */
public final class Relation {

  private final Catalogue catalogue;
  private final boolean repeatable;

  /**
   * The relation of a database.
   *
   * @param catalogue the tables
   * @param repeatable whether a transaction may keep a snapshot
   */
  public Relation(Catalogue catalogue, boolean repeatable) {
    this.catalogue = catalogue;
    this.repeatable = repeatable;
  }

  /** What the statement itself may do; not what the end of its transaction does. */
  public Effect effectOf(Statement statement) {
    return catalogue.effectOf(statement, repeatable);
  }
}

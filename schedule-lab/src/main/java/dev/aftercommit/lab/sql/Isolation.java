package dev.aftercommit.lab.sql;

import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which isolation levels actors have named in what they sent. A level that an actor has named once
 * counts for whatever it does from then on: more than needed, and right for connections that keep
 * their level.
 */
public final class Isolation {

  private final boolean repeatableFromTheStart;
  private final Set<String> repeatable = ConcurrentHashMap.newKeySet();
  private final Set<String> serializable = ConcurrentHashMap.newKeySet();

  /**
   * Nothing named yet.
   *
   * @param repeatable whether transactions that name no level keep a snapshot
   */
  public Isolation(boolean repeatable) {
    this.repeatableFromTheStart = repeatable;
  }

  /** Takes note of what the actor is about to send. */
  public void sent(String actor, String sql) {
    String text = sql.toLowerCase(Locale.ROOT);
    if (text.contains("repeatable")) {
      repeatable.add(actor);
    }
    if (text.contains("serializable")) {
      serializable.add(actor);
    }
  }

  /** Whether a transaction of the actor may keep a snapshot. */
  boolean mayBeRepeatable(String actor) {
    return repeatableFromTheStart || repeatable.contains(actor);
  }

  /**
   * Whether a transaction of the actor may be SERIALIZABLE, whose conflicts are not those of rows.
   */
  boolean mayBeSerializable(String actor) {
    return serializable.contains(actor);
  }
}

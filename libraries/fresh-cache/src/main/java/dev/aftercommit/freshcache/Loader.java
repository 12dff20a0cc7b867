package dev.aftercommit.freshcache;

/** Reads one value from the database. */
@FunctionalInterface
public interface Loader<V> {

  /**
   * Reads the newest committed state, in a transaction or statement that begins inside this call,
   * on the primary. What it throws reaches the caller of {@link FreshCache#get}, and nothing is
   * cached.
   */
  Versioned<V> load();
}

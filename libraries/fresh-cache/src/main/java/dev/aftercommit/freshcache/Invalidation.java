package dev.aftercommit.freshcache;

/**
 * Says that the value of a key has changed.
 *
 * @param cache the name of the cache
 * @param version the row's version after the committed change
 */
public record Invalidation(String cache, String key, long version) {

  public Invalidation {
    Versioned.requireVersion(version);
  }
}

package dev.aftercommit.freshcache;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One kind of values, by key. Made by {@link FreshCaches#cache}, which says what it guarantees.
 * Safe for use by many threads; it blocks, so it must not be called on an event loop.
 */
public final class FreshCache<V> {

  private static final Duration FIRST_POLL = Duration.ofMillis(1);
  private static final Duration LONGEST_POLL = Duration.ofMillis(16);

  private final String name;
  private final Codec<V> codec;
  private final FreshCaches caches;
  private final Entries entries;
  private final CacheMetrics metrics;
  private final FreshCacheConfig config;
  private final Map<String, Flight<V>> flights = new ConcurrentHashMap<>();

  FreshCache(
      String name,
      Codec<V> codec,
      FreshCaches caches,
      Entries entries,
      CacheMetrics metrics,
      FreshCacheConfig config) {
    this.name = name;
    this.codec = codec;
    this.caches = caches;
    this.entries = entries;
    this.metrics = metrics;
    this.config = config;
  }

  /**
   * The value of a key: from Redis, from another reader that loads it right now, or from the
   * loader. Never older than the newest change whose invalidation Redis confirmed before this call.
   * Waits at most {@code budget} for Redis and {@code loadWait} for other readers, and never fails
   * because of Redis.
   *
   * <p>Inside a transaction it always asks the loader: what that reads may never be committed.
   */
  public V get(String key, Loader<V> loader) {
    if (caches.isInTransaction()) {
      metrics.bypasses.increment();
      return loader.load().value();
    }
    Reader reader = new Reader(key, loader);
    return reader.read();
  }

  /**
   * Drops the value of one key. Call it after the commit, before the change is acknowledged.
   *
   * @return whether Redis confirmed, see {@link FreshCaches#invalidate}
   */
  public boolean invalidate(String key, long version) {
    return caches.invalidate(List.of(new Invalidation(name, key, version)));
  }

  /**
   * Drops all values, in one step whatever their number; what is being loaded now will not be put
   * there. Call it after the commit of a bulk change, before that is acknowledged.
   *
   * @return whether Redis confirmed, see {@link FreshCaches#invalidate}
   */
  public boolean invalidateAll() {
    return caches.invalidateAll(name);
  }

  private @Nullable V decode(Entries.Found found) {
    Entry entry = found.entry();
    try {
      return entry != null && entry.isWhole() ? codec.decode(entry.data()) : null;
    } catch (IOException e) {
      return null;
    }
  }

  /** One call of {@link #get}. */
  private final class Reader {

    private final String key;
    private final Loader<V> loader;
    private final long begun = System.nanoTime();
    private final Budget budget = new Budget(config.budget());

    Reader(String key, Loader<V> loader) {
      this.key = key;
      this.loader = loader;
    }

    V read() {
      Entries.Found first = entries.find(budget, key);
      V value = first == null ? null : decode(first);
      if (value != null) {
        metrics.hits.increment();
        return value;
      }
      return readOrLoad();
    }

    private V readOrLoad() {
      long pause = FIRST_POLL.toNanos();
      boolean discard = false;
      while (true) {
        Entries.Answer answer = entries.findOrLease(budget, key, discard);
        if (answer == null) {
          metrics.bypasses.increment();
          return loader.load().value();
        }
        switch (answer) {
          case Entries.Found found -> {
            V value = decode(found);
            if (value != null) {
              metrics.hits.increment();
              return value;
            }
            metrics.corrupt.increment();
            discard = true;
          }
          case Entries.Leased leased -> {
            countMiss(leased.corrupt());
            return loadAndFill(leased);
          }
          case Entries.Busy busy -> {
            discard = false;
            V value = awaitOther(pause);
            if (value != null) {
              countMiss(busy.corrupt());
              return value;
            }
            if (waited() > config.loadWait().toNanos()) {
              countMiss(busy.corrupt());
              return loader.load().value();
            }
            pause = Math.min(2 * pause, LONGEST_POLL.toNanos());
          }
        }
      }
    }

    private void countMiss(boolean corrupt) {
      metrics.misses.increment();
      if (corrupt) {
        metrics.corrupt.increment();
      }
    }

    private long waited() {
      return System.nanoTime() - begun;
    }

    /** Waits for the load of another thread, or a moment for that of another process. */
    private @Nullable V awaitOther(long pause) {
      Flight<V> flight = flights.get(key);
      if (flight == null) {
        LockSupport.parkNanos(pause);
        return null;
      }
      long left = config.loadWait().toNanos() - waited();
      return flight.join(begun, Duration.ofNanos(Math.max(left, 0)));
    }

    private V loadAndFill(Entries.Leased lease) {
      Flight<V> flight = new Flight<>();
      flights.put(key, flight);
      boolean loaded = false;
      try {
        Versioned<V> value = loader.load();
        loaded = true;
        long fillSent = System.nanoTime();
        flight.land(value.value(), fillSent, fill(lease, value));
        return value.value();
      } finally {
        flights.remove(key, flight);
        flight.end();
        if (!loaded) {
          entries.release(key, lease);
        }
      }
    }

    private boolean fill(Entries.Leased lease, Versioned<V> value) {
      byte[] data;
      try {
        data = codec.encode(value.value());
      } catch (IOException e) {
        throw new IllegalStateException(
            "a value of cache %s cannot be encoded: %s".formatted(name, e.getMessage()), e);
      }
      if (data.length > config.maxValueBytes()) {
        metrics.oversized.increment();
        entries.release(key, lease);
        return false;
      }
      Boolean accepted = entries.fill(budget, key, lease, value.version(), data, ttl());
      if (accepted == null) {
        return false;
      }
      (accepted ? metrics.fills : metrics.refusedFills).increment();
      return accepted;
    }

    private Duration ttl() {
      double share = 1 - config.ttlJitter() * ThreadLocalRandom.current().nextDouble();
      return Duration.ofMillis(Math.max(1, Math.round(config.entryTtl().toMillis() * share)));
    }
  }
}

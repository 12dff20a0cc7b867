package dev.aftercommit.freshcache;

import dev.aftercommit.freshcache.Budget.UnansweredException;
import dev.aftercommit.resilience.Outage;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Caches in one Redis, whose values are never older than an acknowledged commit.
 *
 * <p><b>The rule for writers:</b> after the commit, and before anybody is told that it succeeded,
 * call {@link #invalidate} with the new version of each row, or {@link #invalidateAll} after a bulk
 * change. Nothing goes to Redis inside a transaction, so a rollback leaves no trace. To survive a
 * crash between the two, invalidate once more from the outbox; it is idempotent, in any order.
 *
 * <p><b>What readers get.</b> A {@link FreshCache#get} that begins after an invalidation was
 * confirmed never returns an older value. Why: a fill needs the lease that the reader's miss took
 * before its load began, and an invalidation deletes entry and lease together. So an entry filled
 * after the invalidation was loaded after it, and thus after the commit; one filled before it is
 * gone. The lease is a word that is used once: if it is lost in whatever way (expiry, eviction,
 * FLUSHALL), the fill is refused. The version decides what the lease cannot see: a load from an
 * older snapshot than the tombstone's version is refused, and an invalidation that comes late
 * removes nothing newer. The generation, a random word as well, covers bulk changes in the same
 * way, since a fill must know the word that was there before its load.
 *
 * <p><b>When Redis is slow</b> the loaders answer, and what is cached stays: readers ask again once
 * it answers in time. An invalidation that it has not confirmed in time keeps all readers of this
 * process away from it until it is confirmed.
 *
 * <p><b>When Redis is away</b> the loaders answer, and no call fails. Nothing that was cached
 * before is believed again: the connection that comes next begins with new generations. A server
 * that restarted alone (its process identity differs) gets new generations from whoever comes
 * first, so it does not matter what its files had kept.
 *
 * <p><b>The limit:</b> when an invalidation is not confirmed although the change is committed and
 * acknowledged, other processes that still reach Redis can read the old value until the
 * invalidation from the outbox arrives, until Redis does the invalidation late, until this process
 * reaches Redis again, or until the entry expires, whichever is first.
 */
public final class FreshCaches implements AutoCloseable {

  private final FreshCacheConfig config;
  private final BooleanSupplier inTransaction;
  private final Words words = new Words();
  private final RedisLink link;
  private final Map<String, CacheMetrics> metrics = new LinkedHashMap<>();

  /**
   * Names the Redis and the caches; nothing is sent before {@link #start}.
   *
   * @param names of all caches that processes of this namespace use; each without spaces
   * @param clients gives a new client for each connection; it is closed with it
   * @param outage told while Redis cannot be used, and when it can again
   * @param inTransaction whether the calling thread has an open transaction
   */
  public FreshCaches(
      Collection<String> names,
      Supplier<Redis> clients,
      FreshCacheConfig config,
      MeterRegistry meters,
      Outage outage,
      BooleanSupplier inTransaction) {
    this.config = config;
    this.inTransaction = inTransaction;
    names.forEach(name -> metrics.put(name, new CacheMetrics(meters, name)));
    List<String> generations =
        names.stream().map(name -> Keys.of(config.namespace(), name).generation()).toList();
    this.link =
        new RedisLink(
            new Handshake(clients, config, words),
            config,
            generations,
            new LinkMetrics(meters),
            outage);
    Gauge.builder("fresh.cache.trusted", link, l -> l.isTrusted() ? 1 : 0)
        .description("1 while Redis is used, 0 while all reads go to the database")
        .register(meters);
  }

  /**
   * A cache of this namespace.
   *
   * @param name one of those that the constructor was given; the same kind of values always under
   *     the same name
   */
  public <V> FreshCache<V> cache(String name, Codec<V> codec) {
    CacheMetrics counters = counters(name);
    Entries entries =
        new Entries(link, Keys.of(config.namespace(), name), words, config.leaseTtl());
    return new FreshCache<>(name, codec, this, entries, counters, config);
  }

  /** Begins to connect, in the background; until Redis can be used, loaders answer. */
  public void start() {
    link.start();
  }

  /** Whether Redis is used at this moment. */
  public boolean isTrusted() {
    return link.isTrusted();
  }

  /**
   * Asks Redis over a connection of its own whether the cache could use it. Waits at most {@code
   * connectLimit} for each of a few steps.
   *
   * @throws IOException when it is away, does not answer in time, or refuses
   */
  public void check() throws IOException, InterruptedException {
    try {
      link.check();
    } catch (UnansweredException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * Tells Redis of committed changes, in few round trips. Changes that Redis knows already, from
   * whomever, change nothing. Waits at most {@code budget}; not at all while Redis is away.
   *
   * @return whether Redis confirmed all of them in time. If not, repeat it (the outbox does), or
   *     rely on what the class says about its limit
   */
  public boolean invalidate(Collection<Invalidation> changes) {
    requireNoTransaction();
    List<Request> calls = new ArrayList<>();
    List<Invalidation> part = new ArrayList<>();
    for (Invalidation change : changes) {
      part.add(change);
      if (part.size() == config.maxKeysPerCall()) {
        calls.add(invalidation(part));
        part.clear();
      }
    }
    if (!part.isEmpty()) {
      calls.add(invalidation(part));
    }
    if (calls.isEmpty()) {
      return true;
    }
    boolean confirmed = link.announce(new Budget(config.budget()), calls);
    if (confirmed) {
      countPerCache(changes).forEach((cache, n) -> counters(cache).invalidations.increment(n));
    }
    return confirmed;
  }

  /**
   * Drops all values of a cache, in one step whatever their number.
   *
   * @return whether Redis confirmed, as in {@link #invalidate}
   */
  public boolean invalidateAll(String cache) {
    requireNoTransaction();
    Request delete = Request.cmd(Command.DEL).arg(Keys.of(config.namespace(), cache).generation());
    boolean confirmed = link.announce(new Budget(config.budget()), List.of(delete));
    if (confirmed) {
      counters(cache).generations.increment();
    }
    return confirmed;
  }

  boolean isInTransaction() {
    return inTransaction.getAsBoolean();
  }

  private Request invalidation(List<Invalidation> changes) {
    Request call = RedisLink.call(Script.INVALIDATE, 3 * changes.size());
    for (Invalidation change : changes) {
      Keys keys = Keys.of(config.namespace(), change.cache());
      call.arg(keys.generation()).arg(keys.entry(change.key())).arg(keys.lease(change.key()));
    }
    call.arg(config.tombstoneTtl().toMillis()).arg(words.next());
    changes.forEach(change -> call.arg(change.version()));
    return call;
  }

  private static Map<String, Integer> countPerCache(Collection<Invalidation> changes) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    changes.forEach(change -> counts.merge(change.cache(), 1, Integer::sum));
    return counts;
  }

  private CacheMetrics counters(String cache) {
    @Nullable CacheMetrics counters = metrics.get(cache);
    if (counters == null) {
      throw new IllegalArgumentException(
          "there is no cache %s; those that there are: %s".formatted(cache, metrics.keySet()));
    }
    return counters;
  }

  private void requireNoTransaction() {
    if (isInTransaction()) {
      throw new IllegalStateException(
          "the cache was to be invalidated inside a transaction, which may roll back and whose"
              + " change nobody can read yet: invalidate after its commit");
    }
  }

  @Override
  public void close() {
    link.close();
  }
}

package dev.aftercommit.freshcache;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What one cache did since this process started. */
final class CacheMetrics {

  final Counter hits;
  final Counter misses;
  final Counter fills;
  final Counter refusedFills;
  final Counter oversized;
  final Counter corrupt;
  final Counter bypasses;
  final Counter invalidations;
  final Counter generations;

  CacheMetrics(MeterRegistry meters, String cache) {
    hits = counter(meters, cache, "hits", "reads answered from Redis");
    misses = counter(meters, cache, "misses", "reads for which Redis had nothing");
    fills = counter(meters, cache, "fills", "values put into Redis");
    refusedFills =
        counter(meters, cache, "fills.refused", "values not put there: something newer was known");
    oversized = counter(meters, cache, "oversized", "values not put there: too large");
    corrupt = counter(meters, cache, "corrupt", "entries that were no values, and were removed");
    bypasses = counter(meters, cache, "bypasses", "reads served without asking Redis to the end");
    invalidations = counter(meters, cache, "invalidations", "changes that Redis was told of");
    generations = counter(meters, cache, "generations", "times all entries were dropped");
  }

  private static Counter counter(
      MeterRegistry meters, String cache, String name, String description) {
    return Counter.builder("fresh.cache." + name)
        .description(description)
        .tag("cache", cache)
        .register(meters);
  }
}

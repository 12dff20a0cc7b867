package dev.aftercommit.freshcache;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What the connection to Redis did since this process started. */
final class LinkMetrics {

  final Counter unanswered;
  final Counter renewals;

  LinkMetrics(MeterRegistry meters) {
    unanswered =
        Counter.builder("fresh.cache.unanswered")
            .description("reads and invalidations that Redis did not answer within the budget")
            .register(meters);
    renewals =
        Counter.builder("fresh.cache.renewals")
            .description(
                "times this process dropped everything, since it may have missed something")
            .register(meters);
  }
}

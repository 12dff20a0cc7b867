package dev.aftercommit.employee.testing;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** The counters of the cache of employees. */
@ApplicationScoped
public class CacheCounters {

  @Inject MeterRegistry meters;

  public double employees(String name) {
    return meters.get("fresh.cache." + name).tag("cache", "employee").counter().count();
  }
}

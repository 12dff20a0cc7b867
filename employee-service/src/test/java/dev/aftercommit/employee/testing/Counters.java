package dev.aftercommit.employee.testing;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** The service's counters; zero when one has not counted yet. */
@ApplicationScoped
public class Counters {

  @Inject MeterRegistry meters;

  public double committed() {
    return count(meters.find("aftercommit.changes.committed").counter());
  }

  public double rolledBack(String reason) {
    return count(meters.find("aftercommit.changes.rolledback").tag("reason", reason).counter());
  }

  public double retries() {
    return count(meters.find("aftercommit.transaction.retries").counter());
  }

  private static double count(Counter counter) {
    return counter == null ? 0 : counter.count();
  }
}

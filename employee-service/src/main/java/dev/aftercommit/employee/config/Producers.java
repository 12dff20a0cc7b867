package dev.aftercommit.employee.config;

import dev.aftercommit.outbox.OutboxConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Beans of types that know nothing of this service. */
@ApplicationScoped
class Producers {

  @Produces
  @Singleton
  OutboxConfig outboxConfig(EmployeeServiceConfig config) {
    EmployeeServiceConfig.Outbox outbox = config.outbox();
    return new OutboxConfig(
        outbox.doorbellInterval(), outbox.busyDoorbellInterval(), outbox.busyFrom());
  }

  @Produces
  @Singleton
  Clock clock() {
    return Clock.systemUTC();
  }
}

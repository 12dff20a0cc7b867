package dev.aftercommit.resilience;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Names every outage with its reason; DOWN while one of them matters. Never waits for anything. */
@Readiness
@Singleton
class OutagesReadiness implements HealthCheck {

  private final Outages outages;

  OutagesReadiness(Outages outages) {
    this.outages = outages;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response = HealthCheckResponse.named("outages").up();
    outages
        .entries()
        .forEach(
            (name, entry) ->
                entry
                    .outage()
                    .reason()
                    .ifPresent(
                        reason -> {
                          response.withData(name, reason);
                          if (entry.mattersForReadiness()) {
                            response.down();
                          }
                        }));
    return response.build();
  }
}

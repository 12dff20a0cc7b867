package dev.aftercommit.relay.backlog;

import dev.aftercommit.relay.RelayLoop;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready while the relay works with broker and outbox. Not a liveness check: a broker that is down
 * is no reason to restart the relay, which goes on by itself.
 */
@Readiness
@ApplicationScoped
class RelayHealth implements HealthCheck {

  private final RelayLoop loop;

  RelayHealth(RelayLoop loop) {
    this.loop = loop;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named("relay").status(loop.isConnected());
    loop.reason().ifPresent(reason -> response.withData("reason", reason));
    return response.build();
  }
}

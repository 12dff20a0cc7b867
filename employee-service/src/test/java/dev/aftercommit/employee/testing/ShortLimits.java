package dev.aftercommit.employee.testing;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/**
 * The limits of production in their order, except that the client gives up on the socket first, and
 * soon: so a test decides what becomes of a statement that nobody waits for any more.
 */
public final class ShortLimits implements QuarkusTestProfile {

  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of(
        "quarkus.datasource.jdbc.additional-jdbc-properties.socketTimeout", "2",
        "resilience.database-check", "500ms",
        "resilience.database-check-limit", "1s",
        "aftercommit.idempotency.max-wait", "1s");
  }
}

package dev.aftercommit.resilience;

import io.quarkus.flyway.FlywayConfigurationCustomizer;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/**
 * The order in which a service and its database start does not matter: before the first migration,
 * the service waits until the database is there. Only for services that use Flyway.
 */
@Singleton
class DatabaseAtStart implements FlywayConfigurationCustomizer {

  private static final Duration FIRST = Duration.ofMillis(250);
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private final Database database;
  private final Duration limit;

  /**
   * Waits when Flyway is configured.
   *
   * @param limit how long to wait; then the process ends
   */
  DatabaseAtStart(
      Database database,
      @ConfigProperty(name = "resilience.start-limit", defaultValue = "5m") Duration limit) {
    this.database = database;
    this.limit = limit;
  }

  @Override
  public void customize(FluentConfiguration configuration) {
    database.await(FIRST, LONGEST, limit);
  }
}

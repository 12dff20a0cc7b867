package dev.aftercommit.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.aftercommit.stack.servers.PostgresServer;
import dev.aftercommit.stack.testing.FreshDatabase;
import dev.aftercommit.stack.testing.SharedServers;
import io.agroal.api.AgroalDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The order in which a service and its database start does not matter. */
@Timeout(120)
class DatabaseAtStartTest {

  private static final Duration SHORT = Duration.ofMillis(10);

  private final Outages outages = new Outages(new SimpleMeterRegistry());

  @Test
  void aServiceWaitsUntilTheDatabaseAndTheRoleAreThere() throws Exception {
    PostgresServer server = SharedServers.get().postgres();
    String name = "late_" + ProcessHandle.current().pid();
    FreshDatabase late = new FreshDatabase(server, name, name);
    FutureTask<Boolean> starting = starting(late, Duration.ofMinutes(2));
    Thread.ofPlatform().start(starting);
    await().until(() -> reason().isPresent());
    assertThat(starting.isDone()).isFalse();

    administer("CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(name, name));
    await().until(() -> reason().orElse("").contains("3D000"));
    administer("CREATE DATABASE %s OWNER %s".formatted(name, name));
    try {
      assertThat(starting.get()).isTrue();
      assertThat(reason()).isEmpty();
    } finally {
      late.close();
      administer("DROP ROLE " + name);
    }
  }

  @Test
  void aServiceWaitsForAServerThatStartsLater() throws Exception {
    PostgresServer server = SharedServers.get().postgres();
    try (FreshDatabase database = SharedServers.get().freshDatabase("late", "salary_aggregator")) {
      FutureTask<Boolean> starting = starting(database, Duration.ofMinutes(2));
      server.stop();
      try {
        Thread.ofPlatform().start(starting);
        await().until(() -> reason().isPresent());
        assertThat(starting.isDone()).isFalse();
      } finally {
        server.start();
      }
      assertThat(starting.get()).isTrue();
    }
  }

  @Test
  void theWaitEndsWithItsReason() {
    FreshDatabase nowhere =
        new FreshDatabase(SharedServers.get().postgres(), "nowhere", "salary_aggregator");

    assertThatThrownBy(() -> database(nowhere).await(SHORT, SHORT, SHORT))
        .hasMessageContaining("nowhere")
        .hasMessageContaining("3D000");
  }

  private FutureTask<Boolean> starting(FreshDatabase where, Duration limit) {
    return new FutureTask<>(
        () -> {
          database(where).await(SHORT, SHORT, limit);
          return true;
        });
  }

  /** The pool is not used before the database is there. */
  private Database database(FreshDatabase where) {
    AgroalDataSource pool =
        (AgroalDataSource)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {AgroalDataSource.class},
                (_, method, _) -> {
                  throw new UnsupportedOperationException(method.getName());
                });
    return new Database(
        pool,
        outages,
        where.jdbcUrl(),
        where.owner(),
        where.owner(),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5));
  }

  private Optional<String> reason() {
    return outages.of("database", "the database", Logger.getLogger(getClass()), true).reason();
  }

  private static void administer(String sql) throws Exception {
    PostgresServer server = SharedServers.get().postgres();
    try (Connection connection = server.connectAsSuperuser(server.maintenanceDatabase());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}

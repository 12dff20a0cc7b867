package dev.aftercommit.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.aftercommit.stack.servers.PostgresServer;
import dev.aftercommit.stack.testing.FreshDatabase;
import dev.aftercommit.stack.testing.SharedServers;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The look at a real PostgreSQL that is frozen, read-only, or has ended the sessions. */
class DatabaseTest {

  private static final String ROLE = "employee_service";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int CONNECTIONS = 8;

  private final PostgresServer server = SharedServers.get().postgres();
  private final FreshDatabase fresh = SharedServers.get().freshDatabase("resilience", ROLE);
  private final Outages outages = new Outages(new SimpleMeterRegistry());
  private final OutagesReadiness readiness = new OutagesReadiness(outages);
  private AgroalDataSource pool;
  private Database database;

  @BeforeEach
  void start() throws SQLException {
    pool =
        AgroalDataSource.from(
            new AgroalDataSourceConfigurationSupplier()
                .metricsEnabled()
                .connectionPoolConfiguration(
                    config ->
                        config
                            .maxSize(CONNECTIONS)
                            .connectionFactoryConfiguration(
                                factory ->
                                    factory
                                        .jdbcUrl(fresh.jdbcUrl())
                                        .principal(new NamePrincipal(ROLE))
                                        .credential(new SimplePassword(ROLE)))));
    database =
        new Database(
            pool,
            outages,
            fresh.jdbcUrl(),
            ROLE,
            ROLE,
            Duration.ofMillis(500),
            Duration.ofSeconds(1));
    database.start(new Object());
    fillPool();
  }

  @AfterEach
  void stop() {
    database.stop();
    pool.close();
    fresh.close();
  }

  @Test
  void aFrozenServerTakesTheServiceOutOfReadinessUntilItGoesOn() {
    server.pause();
    try {
      awaitReadiness(Status.DOWN);
      assertThatThrownBy(database::check).isInstanceOf(SQLException.class);
    } finally {
      server.resume();
    }
    awaitReadiness(Status.UP);
  }

  @Test
  void aReadOnlyServerIsNotReadyAndConnectionsMadeMeanwhileAreDroppedAtTheEnd() throws Exception {
    alter("SET default_transaction_read_only = on");
    endAllSessions();
    awaitReadiness(Status.DOWN);
    pool.flush(AgroalDataSource.FlushMode.ALL);
    await() // until the pool has dropped its dead connections
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThatThrownBy(this::write).hasMessageContaining("read-only"));

    alter("RESET default_transaction_read_only");
    awaitReadiness(Status.UP);

    await().atMost(PATIENCE).ignoreExceptions().until(this::writeInEachConnection);
  }

  @Test
  void theFirstDeadConnectionDropsTheIdleOnesSoThatTheyCostNoRequest() throws Exception {
    endSessions();
    long before = pool.getMetrics().flushCount();

    assertThatThrownBy(this::write)
        .isInstanceOfSatisfying(SQLException.class, failure -> database.failed(failure));
    await()
        .atMost(PATIENCE)
        .until(() -> pool.getMetrics().flushCount() - before >= CONNECTIONS - 1);

    assertThat(writeInEachConnection()).isTrue();
    awaitReadiness(Status.UP);
  }

  @Test
  void aFailureThatLooksDoNotSeeIsOneOutageAndNotOnePerStatement() {
    try (LogLines log = new LogLines(Database.class.getName())) {
      for (int i = 0; i < 50; i++) {
        database.failed(new SQLException("could not extend file: No space left", "53100"));
      }
      awaitReadiness(Status.UP);

      assertThat(log.lines()).hasSize(2).first().asString().contains("53100");
    }
  }

  @Test
  void neitherDataNorConflictsNorAFullPoolTakeTheServiceOutOfReadiness() {
    for (String state : new String[] {"23505", "40001", "55P03", null}) {
      database.failed(new SQLException("refused", state));
    }

    assertThat(readiness.call().getStatus()).isEqualTo(Status.UP);
  }

  private void write() throws SQLException {
    try (Connection connection = pool.getConnection()) {
      write(connection);
    }
  }

  private boolean writeInEachConnection() throws SQLException {
    List<Connection> all = new ArrayList<>();
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        all.add(pool.getConnection());
        write(all.getLast());
      }
      return true;
    } finally {
      for (Connection connection : all) {
        connection.close();
      }
    }
  }

  private static void write(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE IF NOT EXISTS written (at int)");
      statement.execute("INSERT INTO written VALUES (1)");
    }
  }

  private void fillPool() throws SQLException {
    List<Connection> all = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      all.add(pool.getConnection());
    }
    for (Connection connection : all) {
      connection.close();
    }
  }

  private void alter(String setting) throws SQLException {
    administer("ALTER DATABASE \"%s\" %s".formatted(fresh.name(), setting));
  }

  /** Those of the pool; the look keeps its own. */
  private void endSessions() throws SQLException {
    administer(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '%s' AND application_name <> 'readiness'"
            .formatted(fresh.name()));
  }

  private void endAllSessions() throws SQLException {
    administer(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '%s'"
            .formatted(fresh.name()));
  }

  private void administer(String sql) throws SQLException {
    try (Connection connection = server.connectAsSuperuser(server.maintenanceDatabase());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void awaitReadiness(Status status) {
    await().atMost(PATIENCE).until(() -> readiness.call().getStatus() == status);
  }
}

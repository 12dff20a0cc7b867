package dev.aftercommit.aggregator.average;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aftercommit.stack.testing.FreshDatabase;
import dev.aftercommit.stack.testing.SharedServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** Several instances start at once on an empty database. */
class MigrationTest {

  private static final Executor NEW_THREAD = task -> Thread.ofPlatform().start(task);

  @Test
  void anInstanceThatStartsWhileAnotherMigratesWaitsForItAndMigratesNothingTwice()
      throws Exception {
    try (FreshDatabase database =
            SharedServers.get().freshDatabase("migration", "salary_aggregator");
        Connection holder = database.dataSource().getConnection()) {
      holder.setAutoCommit(false);
      // the first migration makes this schema: it waits for whoever is about to
      execute(holder, "CREATE SCHEMA inbox");
      CompletableFuture<Integer> first =
          CompletableFuture.supplyAsync(() -> migrate(database), NEW_THREAD);
      await().until(() -> sessions(database, "wait_event_type = 'Lock'") == 1);
      CompletableFuture<Integer> second =
          CompletableFuture.supplyAsync(() -> migrate(database), NEW_THREAD);
      await().until(() -> sessions(database, "query LIKE '%pg_try_advisory%'") >= 1);
      assertThat(first).isNotDone();
      assertThat(second).isNotDone();

      holder.rollback();

      int all = first.get(60, TimeUnit.SECONDS) + second.get(60, TimeUnit.SECONDS);
      assertThat(all).isPositive().isEqualTo(applied(database));
    }
  }

  private static int migrate(FreshDatabase database) {
    return Flyway.configure()
        .dataSource(database.dataSource())
        .locations("classpath:db/inbox", "classpath:db/migration")
        .outOfOrder(true)
        .load()
        .migrate()
        .migrationsExecuted;
  }

  private static int sessions(FreshDatabase database, String condition) throws SQLException {
    return number(
        database,
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            + " AND pid <> pg_backend_pid() AND "
            + condition);
  }

  private static int applied(FreshDatabase database) throws SQLException {
    return number(
        database, "SELECT count(DISTINCT version) FROM flyway_schema_history WHERE success");
  }

  private static int number(FreshDatabase database, String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getInt(1);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}

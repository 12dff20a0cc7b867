package dev.aftercommit.lab.draft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aftercommit.lab.database.ServerAddress;
import dev.aftercommit.lab.scenario.Scenario;
import dev.aftercommit.lab.scenario.ScenarioExperiment;
import dev.aftercommit.lab.scenario.ScenarioParser;
import dev.aftercommit.lab.search.Budget;
import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Explorer;
import dev.aftercommit.lab.search.Verdict;
import dev.aftercommit.lab.stack.StackAddresses;
import dev.aftercommit.stack.servers.PostgresServer;
import dev.aftercommit.stack.servers.ServerKind;
import dev.aftercommit.stack.servers.Servers;
import dev.aftercommit.stack.servers.ServersConfig;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a program under load to the schedule that breaks it, on a server that logs. */
class RacyProgramTest {

  private static final String DATABASE = "draft_test";
  private static final String SCHEMA =
      "CREATE TABLE account (id int PRIMARY KEY, balance numeric(14,2) NOT NULL);";
  private static final int CLIENTS = 4;
  private static final int DEPOSITS = 10;

  private static Servers servers;
  private static PostgresServer server;

  @TempDir Path folder;

  private String begin = "";

  /** What each client does again and again. */
  private interface Deposit {
    void run(Connection connection) throws SQLException;
  }

  @BeforeAll
  static void startAServerThatLogs() throws SQLException {
    servers = Servers.start(ServersConfig.of(ServerKind.POSTGRES));
    server = servers.postgres();
    try (Connection connection = server.connectAsSuperuser(server.maintenanceDatabase());
        Statement statement = connection.createStatement()) {
      for (String line : Draft.settings().lines().toList()) {
        String setting = line.replaceFirst("#.*", "").strip();
        if (!setting.isEmpty()) {
          statement.execute("ALTER SYSTEM SET " + setting);
        }
      }
    }
    server.restart();
    try (Connection connection = server.connectAsSuperuser(server.maintenanceDatabase());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + DATABASE);
    }
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  @BeforeEach
  void makeTheTable() throws SQLException {
    execute("DROP TABLE IF EXISTS account");
    begin = "SELECT 'begins %d'".formatted(System.nanoTime());
    execute(begin);
    execute(SCHEMA);
    execute("INSERT INTO account VALUES (1, 100), (2, 100)");
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = server.connectAsSuperuser(DATABASE);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void theLostUpdateOfAProgramUnderLoadIsFoundFromItsLog() throws Exception {
    load(RacyProgramTest::readThenWrite);

    Draft draft = draft(null);
    Exploration found = explore(draft);

    assertThat(draft.scenario()).contains(":balance::numeric + 10.00");
    assertThat(found.verdict()).as(draft.scenario()).isEqualTo(Verdict.FAILS);
    assertThat(found.outcomes().keySet())
        .anyMatch(outcome -> outcome.broken().contains("the end is that of some serial order"));
  }

  @Test
  void theSameProgramWithAnAtomicUpdateHolds() throws Exception {
    load(RacyProgramTest::addInPlace);

    Draft draft = draft(null);

    assertThat(explore(draft).verdict()).as(draft.scenario()).isEqualTo(Verdict.HOLDS);
  }

  @Test
  void decodedChangesTellWhatTheLogDoesNot() throws Exception {
    execute("SELECT pg_create_logical_replication_slot('draft', 'test_decoding')");
    try {
      // Nobody has logged what is in the table, and this transaction does not say it either.
      execute("UPDATE account SET balance = balance + 1.50");
      load(RacyProgramTest::readThenWrite);
      Draft draft = draft(decoded());

      assertThat(draft.scenario()).contains(":balance::numeric + 10.00", "'101.50'");
      assertThat(explore(draft).verdict()).as(draft.scenario()).isEqualTo(Verdict.FAILS);
    } finally {
      execute("SELECT pg_drop_replication_slot('draft')");
    }
  }

  private static void readThenWrite(Connection connection) throws SQLException {
    BigDecimal balance;
    try (PreparedStatement read =
        connection.prepareStatement("SELECT balance FROM account WHERE id = ?")) {
      read.setInt(1, 1);
      try (ResultSet row = read.executeQuery()) {
        row.next();
        balance = row.getBigDecimal(1);
      }
    }
    try (PreparedStatement write =
        connection.prepareStatement("UPDATE account SET balance = ? WHERE id = ?")) {
      write.setBigDecimal(1, balance.add(BigDecimal.TEN));
      write.setInt(2, 1);
      write.executeUpdate();
    }
  }

  private static void addInPlace(Connection connection) throws SQLException {
    try (PreparedStatement write =
        connection.prepareStatement("UPDATE account SET balance = balance + ? WHERE id = ?")) {
      write.setBigDecimal(1, BigDecimal.TEN);
      write.setInt(2, 1);
      write.executeUpdate();
    }
  }

  private static void load(Deposit deposit) throws Exception {
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Void>> work = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        work.add(
            () -> {
              try (Connection connection = server.connectAsSuperuser(DATABASE)) {
                connection.setAutoCommit(false);
                for (int n = 0; n < DEPOSITS; n++) {
                  deposit.run(connection);
                  connection.commit();
                }
              }
              return null;
            });
      }
      for (Future<Void> done : clients.invokeAll(work)) {
        done.get();
      }
    }
  }

  private Draft draft(Path wal) throws Exception {
    Path schema = Files.writeString(folder.resolve("schema.sql"), SCHEMA);
    Path log = Files.writeString(folder.resolve("postgresql.json"), log());
    return Draft.of(new Draft.Sources(log, null, wal, schema), 1);
  }

  /** The log of this test, once all that was done is in it. */
  private String log() throws SQLException {
    String end = "SELECT 'logged %d'".formatted(System.nanoTime());
    execute(end);
    try (Connection connection = server.connectAsSuperuser(DATABASE);
        Statement statement = connection.createStatement()) {
      return await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () ->
                  only(
                      statement,
                      "SELECT string_agg(text, '' ORDER BY name) FROM (SELECT name, pg_read_file('log/' || name) AS text"
                          + " FROM pg_ls_logdir() WHERE name LIKE '%.json') f"),
              text -> text.contains(end))
          .replaceFirst("(?s).*" + begin + "[^\\n]*\\n", "");
    }
  }

  private Path decoded() throws Exception {
    try (Connection connection = server.connectAsSuperuser(DATABASE);
        Statement statement = connection.createStatement()) {
      String lines =
          only(
              statement,
              "SELECT string_agg(data, chr(10)) FROM pg_logical_slot_get_changes('draft', NULL, NULL)");
      return Files.writeString(folder.resolve("wal.txt"), lines);
    }
  }

  private static String only(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }

  private static Exploration explore(Draft draft) throws Exception {
    Scenario scenario = ScenarioParser.parse("drafted", draft.scenario());
    ServerAddress address = StackAddresses.of(server);
    try (ScenarioExperiment experiment = ScenarioExperiment.open(scenario, address)) {
      return Explorer.explore(
          experiment, experiment.relation(), Budget.standard(), (runs, failing, perSecond) -> {});
    }
  }
}

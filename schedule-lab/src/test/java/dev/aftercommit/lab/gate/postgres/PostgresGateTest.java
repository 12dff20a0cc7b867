package dev.aftercommit.lab.gate.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aftercommit.lab.LabServer;
import dev.aftercommit.lab.database.ServerAddress;
import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.NotingTurnstile;
import dev.aftercommit.lab.gate.Turn;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;

class PostgresGateTest {

  private final NotingTurnstile turnstile = new NotingTurnstile();
  private final ServerAddress server = LabServer.address();
  private PostgresGate gate;
  private Connection connection;

  @BeforeEach
  void connect() throws SQLException {
    gate = new PostgresGate("A", server.socket(), turnstile);
    connection = connect("extended");
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TEMP TABLE t (id int PRIMARY KEY, v text)");
      statement.execute(
          "CREATE TEMP TABLE late (id int UNIQUE DEFERRABLE INITIALLY DEFERRED); INSERT INTO late VALUES (1)");
    }
    gate.mode(Gate.Mode.STEPS);
  }

  private Connection connect(String queryMode) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", server.user());
    properties.setProperty("password", server.password());
    properties.setProperty("preferQueryMode", queryMode);
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s".formatted(gate.port(), server.maintenance()),
        properties);
  }

  @AfterEach
  void close() throws SQLException {
    gate.mode(Gate.Mode.OPEN);
    connection.close();
    gate.close();
    assertThat(turnstile.seen())
        .as("PostgreSQL delivers nothing")
        .doesNotContain(NotingTurnstile.IDLE);
  }

  @Test
  void aTransactionIsSeenStatementByStatementWithItsParameters() throws Exception {
    connection.setAutoCommit(false);
    try (PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?, ?)")) {
      insert.setInt(1, 7);
      insert.setString(2, "seven");
      insert.executeUpdate();
    }
    connection.commit();

    assertThat(turnstile.seen())
        .containsExactly(
            "INSERT INTO t VALUES ('7', 'seven')", "-> INSERT 0 1", "COMMIT", "-> COMMIT");
  }

  @Test
  void whenTheScheduleIsOverAnActorMayStillRollBackAndKeepsItsConnection() throws Exception {
    connection.setAutoCommit(false);
    update("INSERT INTO t VALUES (1, 'one')");
    turnstile.all(Turn.REFUSE);

    assertThatThrownBy(() -> update("INSERT INTO t VALUES (2, 'two')"))
        .hasMessageContaining("the lab ended this schedule");
    connection.rollback();

    assertThat(gate.hasOpenTransaction()).isFalse();
    assertThat(connection.isValid(5)).isTrue();
  }

  @Test
  void aStatementOutsideATransactionIsFollowedByItsCommit() throws Exception {
    update("INSERT INTO t VALUES (1, 'one')");

    assertThat(turnstile.seen())
        .containsExactly(
            "INSERT INTO t VALUES (1, 'one')", "-> INSERT 0 1", "COMMIT (autocommit)", "-> COMMIT");
    assertThat(gate.hasOpenTransaction()).isFalse();
  }

  @Test
  void aPlainReadOutsideATransactionIsOneStep() throws Exception {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM t")) {
      assertThat(rows.next()).isTrue();
    }
    assertThat(turnstile.seen()).containsExactly("SELECT count(*) FROM t", "-> 0");
  }

  @Test
  void aFailedStatementOutsideATransactionLeavesNoneOpen() throws Exception {
    assertThatThrownBy(() -> update("INSERT INTO t VALUES (1 / 0, 'x')"))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22012"));

    update("INSERT INTO t VALUES (2, 'two')");
    assertThat(turnstile.seen())
        .contains("-> ERROR 22012")
        .endsWith("COMMIT (autocommit)", "-> COMMIT");
  }

  @Test
  void anErrorAtTheCommitReachesTheCallerOfTheStatement() throws Exception {
    assertThatThrownBy(() -> update("INSERT INTO late VALUES (1)"))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("23505"));

    update("INSERT INTO late VALUES (2)");
    assertThat(turnstile.seen()).contains("-> ERROR 23505");
  }

  @Test
  void everyDriverModeWorks() throws Exception {
    gate.mode(Gate.Mode.STEPS);
    for (String mode :
        List.of("simple", "extended", "extendedForPrepared", "extendedCacheEverything")) {
      try (Connection other = connect(mode)) {
        for (int i = 0; i < 8; i++) {
          // After five executions the driver names the statement and asks for binary results.
          try (PreparedStatement select = other.prepareStatement("SELECT ? + 1")) {
            select.setInt(1, i);
            try (ResultSet row = select.executeQuery()) {
              assertThat(row.next()).isTrue();
              assertThat(row.getInt(1)).isEqualTo(i + 1);
            }
          }
        }
      }
    }
    assertThat(turnstile.unsound()).isEmpty();
    assertThat(turnstile.seen()).contains("-> 8");
  }

  @Test
  void aBatchIsOneStepAndItsCommit() throws Exception {
    try (PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?, ?)")) {
      for (int i = 0; i < 3; i++) {
        insert.setInt(1, i);
        insert.setString(2, "v");
        insert.addBatch();
      }
      assertThat(insert.executeBatch()).containsExactly(1, 1, 1);
    }
    assertThat(turnstile.seen()).filteredOn(line -> line.startsWith("COMMIT")).hasSize(1);
    assertThat(turnstile.unsound()).isEmpty();
  }

  @Test
  void eachStatementOfABatchIsSeenWithItsOwnParameters() throws Exception {
    try (PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?, ?)")) {
      for (String value : List.of("one", "costs $1")) {
        insert.setInt(1, value.length());
        insert.setString(2, value);
        insert.addBatch();
      }
      insert.executeBatch();
    }
    assertThat(turnstile.seen())
        .startsWith("INSERT INTO t VALUES ('3', 'one'); INSERT INTO t VALUES ('8', 'costs $1')");
  }

  @Test
  void aBinaryParameterIsSeenAsTheBeginningOfItsBytes() throws Exception {
    try (PreparedStatement select = connection.prepareStatement("SELECT length(?)")) {
      select.setBytes(1, new byte[] {0, 1, (byte) 0xff});
      select.executeQuery().close();
      select.setBytes(1, new byte[17]);
      select.executeQuery().close();
    }
    assertThat(turnstile.seen())
        .containsExactly(
            "SELECT length('\\x0001ff')",
            "-> 3",
            "SELECT length('\\x" + "00".repeat(16) + "...')",
            "-> 17");
  }

  @Test
  void aBinaryResultIsSeenAsText() throws Exception {
    String sql = "SELECT ?::int, 7::bigint, true, '00112233-4455-6677-8899-aabbccddeeff'::uuid";
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      // From the first execution on the driver asks for binary results, and describes them once.
      select.unwrap(PGStatement.class).setPrepareThreshold(-1);
      for (int i = 1; i <= 2; i++) {
        select.setInt(1, i);
        select.executeQuery().close();
      }
    }
    assertThat(turnstile.seen())
        .filteredOn(line -> line.startsWith("->"))
        .containsExactly(
            "-> 1, 7, t, \\x00112233445566778899aabbccddeeff",
            "-> 2, 7, t, \\x00112233445566778899aabbccddeeff");
  }

  @Test
  void copyIsOneStepWithItsData() throws Exception {
    long rows =
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn("COPY t FROM STDIN", new StringReader("1\tone\n2\ttwo\n"));

    assertThat(rows).isEqualTo(2);
    assertThat(turnstile.seen()).containsExactly("COPY t FROM STDIN", "-> COPY 2");
  }

  @Test
  void aCancelledStatementIsReportedAsUnsound() throws Exception {
    try (Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(1);
      assertThatThrownBy(() -> statement.execute("SELECT pg_sleep(30)"))
          .isInstanceOf(SQLException.class);
    }
    assertThat(turnstile.unsound()).singleElement().asString().contains("timers are not scheduled");
  }

  @Test
  void aConnectionThatEndsInATransactionRollsBackAsAStep() throws Exception {
    Connection other = connect("extended");
    other.setAutoCommit(false);
    try (Statement statement = other.createStatement()) {
      statement.execute("SELECT 1 FOR UPDATE");
    }
    other.close();

    Awaitility.await()
        .untilAsserted(() -> assertThat(turnstile.seen()).endsWith("disconnect", "-> ROLLBACK"));
  }

  private void update(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }
}

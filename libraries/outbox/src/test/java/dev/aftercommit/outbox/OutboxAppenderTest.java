package dev.aftercommit.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aftercommit.stack.testing.FreshDatabase;
import dev.aftercommit.stack.testing.SharedServers;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

class OutboxAppenderTest {

  private FreshDatabase database;

  @BeforeEach
  void createSchema() throws Exception {
    database = SharedServers.get().freshDatabase("outbox", "employee_service");
    try (InputStream script = Outbox.class.getResourceAsStream("/db/outbox/V001__outbox.sql");
        Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(new String(script.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void anEventCommitsWithItsTransaction() throws SQLException {
    try (Connection connection = begin()) {
      OutboxAppender.append(connection, List.of(event("employee/1"), event("employee/2")));
      assertThat(count()).isZero();
      connection.commit();
    }
    assertThat(count()).isEqualTo(2);
  }

  @Test
  void aRollbackLeavesNoEvent() throws SQLException {
    try (Connection connection = begin()) {
      OutboxAppender.append(connection, List.of(event("employee/1")));
      connection.rollback();
    }
    assertThat(count()).isZero();
  }

  @Test
  void anAppendInAutoCommitModeIsRefusedAndNamesTheFix() throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      assertThatThrownBy(() -> OutboxAppender.append(connection, List.of(event("employee/1"))))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("setAutoCommit(false)");
    }
    assertThat(count()).isZero();
  }

  @Test
  void aPayloadBeyondTheLimitIsRefusedBeforeItReachesTheDatabase() {
    byte[] large = new byte[OutboxEvent.MAX_PAYLOAD_BYTES + 1];

    assertThatThrownBy(() -> event("employee/1", large))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("262145 bytes")
        .hasMessageContaining("262144");
  }

  @Test
  void theLargestPayloadIsTaken() throws SQLException {
    try (Connection connection = begin()) {
      OutboxAppender.append(
          connection, List.of(event("employee/1", new byte[OutboxEvent.MAX_PAYLOAD_BYTES])));
      connection.commit();
    }
    assertThat(count()).isEqualTo(1);
  }

  @Test
  void keysSpreadOverAllShardsAndEachStaysInItsOwn() {
    assertThat(Shards.of("employee/1")).isEqualTo(Shards.of("employee/1"));
    assertThat(IntStream.range(0, 1000).map(id -> Shards.of("employee/" + id)).distinct().count())
        .isEqualTo(Shards.COUNT);
  }

  @Test
  void theRelaysRoleSeesTheOutboxAndNothingElse() throws SQLException {
    try (Connection owner = database.dataSource().getConnection();
        Statement statement = owner.createStatement()) {
      statement.execute("CREATE TABLE secret (salary int)");
    }
    try (Connection relay = database.dataSource("outbox_relay").getConnection();
        Statement statement = relay.createStatement()) {
      statement.executeQuery("SELECT * FROM outbox.event").close();
      assertThatThrownBy(() -> statement.executeQuery("SELECT * FROM secret"))
          .hasMessageContaining("permission denied");
      assertThatThrownBy(() -> statement.execute("DELETE FROM outbox.event"))
          .hasMessageContaining("permission denied");
    }
  }

  @Test
  void theDoorbellRingsOncePerIntervalHoweverOftenItIsAskedTo() throws SQLException {
    try (Connection listener = database.dataSource().getConnection();
        Statement statement = listener.createStatement();
        Doorbell doorbell =
            new Doorbell(
                database.dataSource(),
                new OutboxConfig(Duration.ofSeconds(30), Duration.ofSeconds(30), 1))) {
      statement.execute("LISTEN " + Doorbell.CHANNEL);
      for (int i = 0; i < 1000; i++) {
        doorbell.ring();
      }
      PGConnection connection = listener.unwrap(PGConnection.class);
      PGNotification[] first = connection.getNotifications(10_000);
      PGNotification[] more = connection.getNotifications(500);

      assertThat(first).hasSize(1);
      assertThat(more).isNullOrEmpty();
    }
  }

  @Test
  void theDoorbellRingsForWhatHasCommittedBeforeItIsClosed() throws SQLException {
    try (Connection listener = database.dataSource().getConnection();
        Statement statement = listener.createStatement()) {
      statement.execute("LISTEN " + Doorbell.CHANNEL);
      PGConnection connection = listener.unwrap(PGConnection.class);
      OutboxConfig slow = new OutboxConfig(Duration.ofSeconds(30), Duration.ofSeconds(30), 1);
      try (Doorbell doorbell = new Doorbell(database.dataSource(), slow)) {
        doorbell.ring();
        assertThat(connection.getNotifications(10_000)).hasSize(1);
        doorbell.ring();
      }

      assertThat(connection.getNotifications(10_000)).hasSize(1);
    }
  }

  @Test
  void theDoorbellRingsLessOftenWhileManyTransactionsCommit() throws SQLException {
    try (Connection listener = database.dataSource().getConnection();
        Statement statement = listener.createStatement();
        Doorbell doorbell =
            new Doorbell(
                database.dataSource(),
                new OutboxConfig(Duration.ofMillis(1), Duration.ofSeconds(30), 1))) {
      statement.execute("LISTEN " + Doorbell.CHANNEL);
      PGConnection connection = listener.unwrap(PGConnection.class);
      int rings = 0;
      boolean heard = true;
      while (heard && rings < 10_000) {
        doorbell.ring();
        rings++;
        PGNotification[] notifications = connection.getNotifications(1_000);
        heard = notifications != null && notifications.length > 0;
      }

      assertThat(rings).as("rings until one had to wait").isBetween(2, 9_999);
    }
  }

  private static OutboxEvent event(String key) {
    return event(key, "{}".getBytes(StandardCharsets.UTF_8));
  }

  private static OutboxEvent event(String key, byte[] payload) {
    return new OutboxEvent(
        OutboxEvent.newId(),
        key,
        "employee.hired",
        "type.v1",
        "/test",
        "urn:schema",
        Instant.now(),
        null,
        payload);
  }

  private Connection begin() throws SQLException {
    Connection connection = database.dataSource().getConnection();
    connection.setAutoCommit(false);
    return connection;
  }

  private long count() throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM outbox.event")) {
      row.next();
      return row.getLong(1);
    }
  }
}

package dev.aftercommit.stack.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.MessageProperties;
import dev.aftercommit.topology.Topology;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ServersTest {

  private static Servers servers;

  @BeforeAll
  static void startAllThree() {
    servers =
        Servers.start(
            ServersConfig.of(ServerKind.POSTGRES, ServerKind.RABBITMQ, ServerKind.REDIS)
                .withProgress(System.out::println));
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  @Test
  void postgresKeepsPortAndCommittedRowsOverARestartAndAKill() throws Exception {
    PostgresServer postgres = servers.postgres();
    int port = postgres.port();
    execute("CREATE TABLE kept (n int)");
    execute("INSERT INTO kept VALUES (1)");

    postgres.restart();
    execute("INSERT INTO kept VALUES (2)");
    postgres.kill();
    assertThat(postgres.isRunning()).isFalse();
    assertThatThrownBy(() -> postgres.connectAsSuperuser("employee"))
        .isInstanceOf(SQLException.class);
    postgres.start();

    assertThat(postgres.port()).isEqualTo(port);
    assertThat(query("SELECT string_agg(n::text, ',' ORDER BY n) FROM kept")).isEqualTo("1,2");
  }

  @Test
  void postgresIsAsDurableAsInProduction() throws Exception {
    assertThat(query("SHOW fsync")).isEqualTo("on");
    assertThat(query("SHOW synchronous_commit")).isEqualTo("on");
  }

  @Test
  void aScratchPostgresDoesNotWaitForTheDiskAndHasNothingOfTheServices() throws Exception {
    try (Servers scratch = Servers.start(ServersConfig.of(ServerKind.POSTGRES).asScratch());
        Connection connection = scratch.postgres().connectAsSuperuser("postgres");
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT current_setting('fsync'),
                  (SELECT count(*) FROM pg_database WHERE datname = 'employee')
                """)) {
      assertThat(row.next()).isTrue();
      assertThat(row.getString(1)).isEqualTo("off");
      assertThat(row.getInt(2)).isZero();
    }
  }

  @Test
  void postgresHasTheDatabasesAndRolesOfTheServices() throws Exception {
    assertThat(
            query(
                """
                SELECT string_agg(datname || ' of ' || rolname, ', ' ORDER BY datname)
                FROM pg_database JOIN pg_roles r ON r.oid = datdba
                WHERE datname IN ('employee', 'aggregator', 'notification')
                """))
        .isEqualTo(
            "aggregator of salary_aggregator, employee of employee_service, notification of notification_service");
  }

  @Test
  void rabbitMqKeepsPortAndConfirmedMessagesOverARestartAndAKill() throws Exception {
    RabbitMqServer rabbitMq = servers.rabbitMq();
    int port = rabbitMq.port();
    try (var connection = rabbitMq.connect();
        var channel = connection.createChannel()) {
      channel.queueDeclare("kept", true, false, false, Map.of("x-queue-type", "quorum"));
      channel.confirmSelect();
      channel.basicPublish("", "kept", MessageProperties.MINIMAL_PERSISTENT_BASIC, new byte[] {7});
      channel.waitForConfirmsOrDie(5_000);
    }

    rabbitMq.restart();
    rabbitMq.kill();
    assertThat(rabbitMq.isRunning()).isFalse();
    assertThatThrownBy(rabbitMq::connect).isInstanceOf(IOException.class);
    rabbitMq.start();

    assertThat(rabbitMq.port()).isEqualTo(port);
    try (var connection = rabbitMq.connect();
        var channel = connection.createChannel()) {
      assertThat(channel.basicGet("kept", true).getBody()).containsExactly(7);
    }
  }

  @Test
  void rabbitMqHasTheQueuesOfTheConsumers() throws Exception {
    try (var connection = servers.rabbitMq().connect();
        var channel = connection.createChannel()) {
      for (String queue : Topology.queues()) {
        assertThat(channel.queueDeclarePassive(queue).getQueue()).isEqualTo(queue);
      }
    }
  }

  @Test
  void redisKeepsPortAndValuesOverARestart() throws Exception {
    RedisServer redis = servers.redis();
    int port = redis.port();
    assertThat(command("SET kept 7")).isEqualTo("+OK");

    redis.restart();

    assertThat(redis.port()).isEqualTo(port);
    assertThat(command("GET kept")).endsWith("7");
  }

  @Test
  void redisStartsAgainAfterAKill() throws Exception {
    servers.redis().kill();
    assertThat(servers.redis().isRunning()).isFalse();

    servers.redis().start();

    assertThat(command("PING")).isEqualTo("+PONG");
  }

  @Test
  void aServerNamedByTheEnvironmentWinsAndIsNotOursToStop() throws Exception {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put(
        ServerKind.POSTGRES.urlVariable(),
        servers.postgres().jdbcUrl("postgres")
            + "?user=%s&password=%s"
                .formatted(servers.postgres().superuser(), servers.postgres().superuserPassword()));
    environment.put(ServerKind.RABBITMQ.urlVariable(), servers.rabbitMq().amqpUri());
    environment.put(ServerKind.REDIS.urlVariable(), servers.redis().uri());

    try (Servers given =
        Servers.start(
            ServersConfig.of(ServerKind.POSTGRES, ServerKind.RABBITMQ, ServerKind.REDIS)
                .withEnvironment(environment))) {
      assertThat(given.postgres().port()).isEqualTo(servers.postgres().port());
      assertThat(given.rabbitMq().port()).isEqualTo(servers.rabbitMq().port());
      assertThat(given.redis().port()).isEqualTo(servers.redis().port());
      assertThatThrownBy(given.postgres()::stop)
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("unset AFTERCOMMIT_POSTGRES_URL");
      assertThatThrownBy(given.rabbitMq()::kill)
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("AFTERCOMMIT_RABBITMQ_URL");
      assertThatThrownBy(given.redis()::pause)
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("AFTERCOMMIT_REDIS_URL");
    }

    assertThat(servers.postgres().isRunning()).isTrue();
    assertThat(query("SELECT 1")).isEqualTo("1");
  }

  @Test
  void aServerThatWasNotWantedIsNamedInTheError() {
    Map<String, String> environment = Map.of(ServerKind.REDIS.urlVariable(), servers.redis().uri());
    try (Servers redisOnly =
        Servers.start(ServersConfig.of(ServerKind.REDIS).withEnvironment(environment))) {
      assertThatThrownBy(redisOnly::postgres)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("PostgreSQL was not started");
    }
  }

  private static void execute(String sql) throws SQLException {
    try (var connection = servers.postgres().connectAsSuperuser("employee");
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String query(String sql) throws SQLException {
    try (var connection = servers.postgres().connectAsSuperuser("employee");
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static String command(String command) throws IOException {
    try (Socket socket = new Socket(servers.redis().host(), servers.redis().port())) {
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
      byte[] answer = new byte[100];
      int length = socket.getInputStream().read(answer);
      return new String(answer, 0, length, StandardCharsets.US_ASCII).strip();
    }
  }
}

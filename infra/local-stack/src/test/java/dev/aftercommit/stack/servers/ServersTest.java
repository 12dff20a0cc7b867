package dev.aftercommit.stack.servers;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.MessageProperties;
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
    var postgres = servers.postgres();
    int port = postgres.port();
    execute("CREATE TABLE kept (n int)");
    execute("INSERT INTO kept VALUES (1)");

    postgres.restart();
    execute("INSERT INTO kept VALUES (2)");
    postgres.kill();
    assertThat(postgres.isRunning()).isFalse();
    postgres.start();

    assertThat(postgres.port()).isEqualTo(port);
    assertThat(queryInt("SELECT count(*) FROM kept")).isEqualTo(2);
  }

  @Test
  void rabbitMqKeepsPortAndDurableMessagesOverARestartAndAKill() throws Exception {
    var rabbitMq = servers.rabbitMq();
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
    rabbitMq.start();

    assertThat(rabbitMq.port()).isEqualTo(port);
    try (var connection = rabbitMq.connect();
        var channel = connection.createChannel()) {
      assertThat(channel.basicGet("kept", true).getBody()).containsExactly(7);
    }
  }

  private static void execute(String sql) throws Exception {
    try (var connection = servers.postgres().connectAsSuperuser("employee");
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static int queryInt(String sql) throws Exception {
    try (var connection = servers.postgres().connectAsSuperuser("employee");
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getInt(1);
    }
  }
}

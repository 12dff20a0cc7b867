package dev.aftercommit.stack.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aftercommit.topology.Topology;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SharedServersTest {

  @Test
  void eachFreshDatabaseIsNewAndBelongsToItsRoleAlone() throws Exception {
    SharedServers servers = SharedServers.get();
    try (FreshDatabase first = servers.freshDatabase("fresh", "employee_service");
        FreshDatabase second = servers.freshDatabase("fresh", "employee_service")) {
      execute(first, "CREATE TABLE mine (n int)");
      execute(second, "CREATE TABLE mine (n int)");

      try (Connection relay = first.dataSource("outbox_relay").getConnection()) {
        assertThat(relay.isValid(1)).isTrue();
      }
      assertThatThrownBy(() -> first.dataSource("salary_aggregator").getConnection())
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("permission denied");
    }
  }

  @Test
  void emptiedQueuesHoldNothingOfTheTestBefore() throws Exception {
    SharedServers servers = SharedServers.get();
    servers.emptyQueues();
    try (var connection = servers.rabbitMq().connect();
        var channel = connection.createChannel()) {
      channel.confirmSelect();
      channel.basicPublish(Topology.EVENTS_EXCHANGE, "any", null, new byte[] {1});
      channel.waitForConfirmsOrDie(5_000);
      servers.emptyQueues();

      for (String queue : Topology.queues()) {
        assertThat(channel.basicGet(queue, true)).isNull();
      }
    }
  }

  @Test
  void theQuarkusResourceGivesTheSettingsOfDatabaseAndBroker() {
    ServersTestResource resource = new ServersTestResource();
    resource.init(Map.of("database", "given", "role", "salary_aggregator", "rabbitmq", "true"));
    try {
      Map<String, String> settings = resource.start();

      assertThat(settings.get("quarkus.datasource.jdbc.url"))
          .startsWith(SharedServers.get().postgres().jdbcUrl("given_"));
      assertThat(settings)
          .containsEntry("quarkus.datasource.username", "salary_aggregator")
          .containsEntry("rabbitmq-host", SharedServers.get().rabbitMq().host())
          .containsEntry("rabbitmq-port", Integer.toString(SharedServers.get().rabbitMq().port()));
    } finally {
      resource.stop();
    }
  }

  private static void execute(FreshDatabase database, String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}

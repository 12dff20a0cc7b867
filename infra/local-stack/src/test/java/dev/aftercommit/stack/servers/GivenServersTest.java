package dev.aftercommit.stack.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aftercommit.stack.process.StackException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GivenServersTest {

  private static final Duration LIMIT = Duration.ofSeconds(1);

  @Test
  void aPostgresAddressMayBeAUriWithEncodedPassword() {
    PostgresServer server =
        GivenServers.postgres("postgresql://admin:p%40ss@db.example:6000/main", LIMIT);

    assertThat(server.jdbcUrl("employee")).isEqualTo("jdbc:postgresql://db.example:6000/employee");
    assertThat(server.superuser()).isEqualTo("admin");
    assertThat(server.superuserPassword()).isEqualTo("p@ss");
    assertThat(server.maintenanceDatabase()).isEqualTo("main");
  }

  @Test
  void aPostgresAddressMayBeAJdbcUrl() {
    PostgresServer server =
        GivenServers.postgres("jdbc:postgresql://db.example/?user=admin&password=secret", LIMIT);

    assertThat(server.port()).isEqualTo(5432);
    assertThat(server.superuser()).isEqualTo("admin");
    assertThat(server.superuserPassword()).isEqualTo("secret");
    assertThat(server.maintenanceDatabase()).isEqualTo("postgres");
  }

  @Test
  void anAmqpAddressWithoutPathMeansTheDefaultVirtualHost() {
    RabbitMqServer server = GivenServers.rabbitMq("amqp://broker.example", null, LIMIT);

    assertThat(server.port()).isEqualTo(5672);
    assertThat(server.username()).isEqualTo("guest");
    assertThat(server.virtualHost()).isEqualTo("/");
    assertThat(server.amqpUri()).isEqualTo("amqp://guest:guest@broker.example:5672/%2F");
  }

  @Test
  void anAmqpAddressKeepsWhatIsEncodedInIt() {
    String address = "amqp://user:p%40ss%20word@broker.example:5672/my%20host%2F1";

    assertThat(GivenServers.rabbitMq(address, null, LIMIT).amqpUri()).isEqualTo(address);
  }

  @Test
  void anAmqpAddressWithTlsIsRefused() {
    assertThatThrownBy(() -> GivenServers.rabbitMq("amqps://broker.example", null, LIMIT))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("must start with amqp://");
  }

  @Test
  void theManagementPageOfABrokerIsWhereTheEnvironmentNamesIt() {
    assertThat(management("http://broker.example:15672/")).contains("http://broker.example:15672");
    assertThat(management(" ")).isEmpty();
    assertThatThrownBy(() -> management("broker.example:15672"))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("AFTERCOMMIT_RABBITMQ_MANAGEMENT_URL is not an address of the form");
  }

  private static Optional<String> management(String url) {
    return GivenServers.rabbitMq("amqp://broker.example", url, LIMIT).managementUrl();
  }

  @Test
  void whatIsNoAddressIsRefusedWithoutRepeatingItsPassword() {
    assertThatThrownBy(() -> GivenServers.postgres("user:secret at db", LIMIT))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("AFTERCOMMIT_POSTGRES_URL")
        .hasMessageNotContaining("secret");
  }
}

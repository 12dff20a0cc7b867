package dev.aftercommit.stack.demo;

import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/**
 * The stack of {@code infra/compose/compose.yaml}, through its published ports. Nothing is killed
 * there, and its mail server is not ours.
 *
 * @param environment the variables that compose reads too: ports, and the passwords of the servers
 */
record ComposeTarget(Map<String, String> environment) implements Target {

  private static final String HOST = "localhost";

  @Override
  public URI employeeService() {
    return service("EMPLOYEE_SERVICE_PORT", "8081");
  }

  @Override
  public List<URI> relays() {
    return List.of(service("OUTBOX_RELAY_PORT", "8082"));
  }

  @Override
  public List<URI> aggregators() {
    return List.of(service("SALARY_AGGREGATOR_PORT", "8083"));
  }

  @Override
  public Connection database(String name) throws SQLException {
    String url =
        "jdbc:postgresql://%s:%s/%s".formatted(HOST, setting("POSTGRES_PORT", "5432"), name);
    return DriverManager.getConnection(
        url, setting("POSTGRES_USER", "postgres"), setting("POSTGRES_PASSWORD", "postgres"));
  }

  @Override
  public com.rabbitmq.client.Connection broker() throws IOException, TimeoutException {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(HOST);
    factory.setPort(Integer.parseInt(setting("RABBITMQ_PORT", "5672")));
    factory.setUsername(setting("RABBITMQ_USERNAME", "guest"));
    factory.setPassword(setting("RABBITMQ_PASSWORD", "guest"));
    factory.setAutomaticRecoveryEnabled(false);
    return factory.newConnection("aftercommit-demo");
  }

  @Override
  public Optional<Damage> damage() {
    return Optional.empty();
  }

  @Override
  public Optional<Set<String>> receivedMessageIds() {
    return Optional.empty();
  }

  @Override
  public Map<String, Double> cpuSeconds() {
    return Map.of();
  }

  private URI service(String port, String defaultPort) {
    return URI.create("http://" + HOST + ":" + setting(port, defaultPort));
  }

  private String setting(String name, String defaultValue) {
    return environment.getOrDefault(name, defaultValue);
  }
}

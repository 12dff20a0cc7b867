package dev.aftercommit.stack.demo;

import com.rabbitmq.client.ConnectionFactory;
import dev.aftercommit.stack.process.StackException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/**
 * The stack of {@code infra/compose/compose.yaml}, through its published ports. Nothing is killed
 * there, and its mail server is not ours.
 *
 * @param environment the variables that compose reads too: ports, and the passwords of the servers
 */
record ComposeTarget(Map<String, String> environment) implements Target {

  private static final String HOST = "localhost";
  private static final int CONNECT_MILLIS = 1_000;

  @Override
  public URI employeeService() {
    return service("EMPLOYEE_SERVICE_PORT", "8081");
  }

  @Override
  public List<URI> relays() {
    return replicas("OUTBOX_RELAY_PORTS", "8820-8829");
  }

  @Override
  public List<URI> aggregators() {
    return replicas("SALARY_AGGREGATOR_PORTS", "8830-8839");
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
    factory.setUsername(setting("RABBITMQ_USERNAME", "aftercommit"));
    factory.setPassword(setting("RABBITMQ_PASSWORD", "aftercommit"));
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
    return url(Integer.parseInt(setting(port, defaultPort)));
  }

  /**
   * The instances behind a range of ports, of which compose gives one to each.
   *
   * @throws StackException if there is none
   */
  private List<URI> replicas(String ports, String defaultPorts) {
    String range = setting(ports, defaultPorts);
    String[] ends = range.split("-", 2);
    int first = Integer.parseInt(ends[0]);
    int last = Integer.parseInt(ends[ends.length - 1]);
    List<URI> found =
        IntStream.rangeClosed(first, last)
            .filter(ComposeTarget::isOpen)
            .mapToObj(ComposeTarget::url)
            .toList();
    if (found.isEmpty()) {
      throw new StackException(
          "Nothing listens on %s:%s (%s): is the compose stack up?".formatted(HOST, range, ports));
    }
    return found;
  }

  private static boolean isOpen(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(HOST, port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static URI url(int port) {
    return URI.create("http://" + HOST + ":" + port);
  }

  private String setting(String name, String defaultValue) {
    return environment.getOrDefault(name, defaultValue);
  }
}

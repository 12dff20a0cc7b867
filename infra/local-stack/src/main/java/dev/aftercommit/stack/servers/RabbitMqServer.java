package dev.aftercommit.stack.servers;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.aftercommit.stack.process.Lifecycle;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A RabbitMQ broker with the exchanges and queues of {@code libraries/broker-topology}. */
public final class RabbitMqServer extends Server {

  /**
   * Environment variable with the address of the management page of a broker that is there already.
   */
  public static final String MANAGEMENT_URL_VARIABLE = "AFTERCOMMIT_RABBITMQ_MANAGEMENT_URL";

  private static final int TIMEOUT_MILLIS = 5_000;

  private final Coordinates coordinates;

  /**
   * Where it listens and who may connect; the management URL is null when that page is not served.
   */
  record Coordinates(
      String host,
      int port,
      String username,
      String password,
      String virtualHost,
      @Nullable String managementUrl) {}

  RabbitMqServer(Coordinates coordinates, Lifecycle lifecycle, Duration startLimit) {
    super(ServerKind.RABBITMQ, lifecycle, startLimit);
    this.coordinates = coordinates;
  }

  @Override
  public String host() {
    return coordinates.host();
  }

  @Override
  public int port() {
    return coordinates.port();
  }

  public String username() {
    return coordinates.username();
  }

  public String password() {
    return coordinates.password();
  }

  public String virtualHost() {
    return coordinates.virtualHost();
  }

  /** The AMQP 0-9-1 URI with user, password and virtual host. */
  public String amqpUri() {
    return "amqp://%s:%s@%s:%d/%s"
        .formatted(
            encoded(username()), encoded(password()), host(), port(), encoded(virtualHost()));
  }

  /** The address of the management page and its API, where it is served, without a slash behind. */
  public Optional<String> managementUrl() {
    return Optional.ofNullable(coordinates.managementUrl());
  }

  /**
   * A new connection without automatic recovery; the caller closes it.
   *
   * @throws IOException if the broker refuses or cannot be reached
   * @throws TimeoutException if it does not answer within 5 s
   */
  public Connection connect() throws IOException, TimeoutException {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(host());
    factory.setPort(port());
    factory.setUsername(username());
    factory.setPassword(password());
    factory.setVirtualHost(virtualHost());
    factory.setAutomaticRecoveryEnabled(false);
    factory.setConnectionTimeout(TIMEOUT_MILLIS);
    factory.setHandshakeTimeout(TIMEOUT_MILLIS);
    return factory.newConnection("aftercommit-local-stack");
  }

  @Override
  void probe() throws IOException, TimeoutException {
    try (Connection connection = connect()) {
      connection.createChannel().close();
    }
  }

  private static String encoded(String text) {
    // In a URI, unlike in a form, a plus is a plus.
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}

package dev.aftercommit.lab.broker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.rabbitmq.client.ConnectionFactory;
import dev.aftercommit.lab.UnusableServerException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;

/**
 * Virtual hosts of the lab's own at a broker, removed when this is closed. AMQP can neither make
 * nor remove one; RabbitMQ's management API does both, wherever the broker runs.
 *
 * <p>Not thread-safe.
 */
public final class VirtualHosts implements AutoCloseable {

  /** Longer than the broker waits for a new one to be there on all of its nodes, 45 s. */
  private static final Duration ANSWER = Duration.ofSeconds(60);

  private static final String EVERYTHING =
      """
      {"configure": ".*", "write": ".*", "read": ".*"}""";

  /** Not the parameters, as those of shovels: they would take messages from elsewhere. */
  private static final List<String> COPIED = List.of("policies", "queues", "exchanges", "bindings");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI broker;
  private final URI management;
  private final String virtualHost;
  private final String user;
  private final String authorization;
  private final String prefix = "schedule-lab-" + UUID.randomUUID().toString().substring(0, 8);
  private final List<String> created = new ArrayList<>();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /**
   * None yet.
   *
   * @param broker the AMQP URI with user and password, which are those of the API too
   * @param management where the API is, as {@code http://HOST:15672}
   * @throws IllegalArgumentException if the first is no address of RabbitMQ
   */
  public VirtualHosts(URI broker, URI management) {
    this.broker = broker;
    this.management = management;
    ConnectionFactory factory = new ConnectionFactory();
    try {
      factory.setUri(broker);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("Not an address of RabbitMQ: " + broker.getHost(), e);
    }
    this.virtualHost = factory.getVirtualHost();
    this.user = factory.getUsername();
    String login = user + ":" + factory.getPassword();
    this.authorization =
        "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Makes one, in which the user may do everything. The durable queues, exchanges and bindings of
   * the virtual host that the broker's address names are there too, without messages, and its
   * policies: an actor finds in one what it finds in the other.
   *
   * @param lane whose it is, for its name
   * @return its AMQP URI
   * @throws IllegalArgumentException if the API cannot be reached there, or refuses the user
   */
  public URI create(int lane) {
    String name = "%s-%d".formatted(prefix, lane);
    ask("PUT", "vhosts/" + name, "{}");
    created.add(name);
    ask("PUT", "permissions/%s/%s".formatted(name, encoded(user)), EVERYTHING);
    ask("POST", "definitions/" + name, definitions());
    return URI.create("%s://%s/%s".formatted(broker.getScheme(), broker.getRawAuthority(), name));
  }

  private String definitions() {
    String path = "definitions/" + encoded(virtualHost);
    try {
      return JSON.readValue(ask("GET", path, ""), ObjectNode.class).retain(COPIED).toString();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "RabbitMQ's management API was expected at %s, but GET %s did not answer an object in JSON"
              .formatted(management, path),
          e);
    }
  }

  private String ask(String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("%s/api/%s".formatted(management, path)))
            .timeout(ANSWER)
            .header("Authorization", authorization)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer;
    try {
      // Not to be interrupted: what was made must be removed by whoever is told to stop.
      answer = http.sendAsync(request, BodyHandlers.ofString()).join();
    } catch (CompletionException e) {
      throw new IllegalArgumentException(
          "RabbitMQ's management API was expected at %s, but %s %s failed: %s"
              .formatted(management, method, path, e.getCause()),
          e);
    }
    if (answer.statusCode() / 100 != 2) {
      throw new IllegalArgumentException(
          "RabbitMQ's management API at %s answered %s %s with %d %s; user '%s' must have the tag 'administrator'"
              .formatted(management, method, path, answer.statusCode(), answer.body(), user));
    }
    return answer.body();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /**
   * Removes them, with all that is in them.
   *
   * @throws UnusableServerException if one could not be removed, with its name
   */
  @Override
  public void close() {
    List<String> left = new ArrayList<>();
    List<IllegalArgumentException> failures = new ArrayList<>();
    try (http) {
      for (String name : created) {
        try {
          ask("DELETE", "vhosts/" + name, "");
        } catch (IllegalArgumentException e) {
          left.add(name);
          failures.add(e);
        }
      }
    }
    if (!left.isEmpty()) {
      throw new UnusableServerException(
          "The virtual hosts %s are left over, remove them with rabbitmqctl delete_vhost: %s"
              .formatted(left, failures.getFirst().getMessage()),
          failures.getFirst());
    }
  }
}

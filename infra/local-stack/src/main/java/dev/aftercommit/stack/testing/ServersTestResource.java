package dev.aftercommit.stack.testing;

import dev.aftercommit.stack.process.Parallel;
import dev.aftercommit.stack.servers.RabbitMqServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives a Quarkus test a database of its own on the {@link SharedServers} and, if it wants one, a
 * broker with empty queues, through {@code quarkus.datasource.*} and {@code rabbitmq-*} settings.
 *
 * <p>Arguments: {@code database} (how the name of the new database starts; none without it), {@code
 * role} (who connects), {@code owner} (who owns it; {@code role} by default), {@code rabbitmq}
 * ({@code true} for the broker), {@code redis} (the name of the setting that takes the URI of a
 * Redis; none without it).
 */
public class ServersTestResource implements QuarkusTestResourceLifecycleManager {

  private Map<String, String> arguments = Map.of();
  private @Nullable FreshDatabase database;

  @Override
  public void init(Map<String, String> initArgs) {
    arguments = Map.copyOf(initArgs);
  }

  @Override
  public Map<String, String> start() {
    Map<String, String> settings = new HashMap<>();
    String prefix = arguments.get("database");
    boolean rabbitMq = Boolean.parseBoolean(arguments.get("rabbitmq"));
    if (prefix != null && rabbitMq) {
      Parallel.run(List.<Runnable>of(SharedServers.get()::postgres, SharedServers.get()::rabbitMq));
    }
    if (prefix != null) {
      settings.putAll(datasource(prefix));
    }
    if (rabbitMq) {
      settings.putAll(broker());
    }
    String redis = arguments.get("redis");
    if (redis != null) {
      settings.put(redis, SharedServers.get().redis().uri());
    }
    return settings;
  }

  private Map<String, String> datasource(String prefix) {
    String role = arguments.get("role");
    if (role == null) {
      throw new IllegalArgumentException(
          "ServersTestResource has the argument database=%s but no role: name one of infra/postgres/init.sql"
              .formatted(prefix));
    }
    FreshDatabase fresh =
        SharedServers.get().freshDatabase(prefix, arguments.getOrDefault("owner", role));
    database = fresh;
    return Map.of(
        "quarkus.datasource.jdbc.url", fresh.jdbcUrl(),
        "quarkus.datasource.username", role,
        "quarkus.datasource.password", role);
  }

  private static Map<String, String> broker() {
    SharedServers.get().emptyQueues();
    RabbitMqServer rabbitMq = SharedServers.get().rabbitMq();
    return Map.of(
        "rabbitmq-host", rabbitMq.host(),
        "rabbitmq-port", Integer.toString(rabbitMq.port()),
        "rabbitmq-username", rabbitMq.username(),
        "rabbitmq-password", rabbitMq.password(),
        "rabbitmq-virtual-host", rabbitMq.virtualHost());
  }

  @Override
  public void stop() {
    if (database != null) {
      database.close();
      database = null;
    }
  }
}

package dev.aftercommit.lab.scenario;

import dev.aftercommit.lab.cache.LabRedis;
import dev.aftercommit.lab.database.ServerAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The variables by which programs find their gates, named as the servers' own tools name them. */
final class ProgramEnvironment {

  private static final String HOST = "127.0.0.1";

  private final Map<String, String> variables = new LinkedHashMap<>();

  ProgramEnvironment postgres(ServerAddress server, int port, String database, String options) {
    variables.put("PGHOST", HOST);
    variables.put("PGPORT", String.valueOf(port));
    variables.put("PGDATABASE", database);
    variables.put("PGUSER", server.user());
    variables.put("PGPASSWORD", server.password());
    variables.put("PGOPTIONS", options);
    variables.put(
        "DATABASE_URL",
        "postgresql://%s:%s@%s:%d/%s"
            .formatted(encoded(server.user()), encoded(server.password()), HOST, port, database));
    return this;
  }

  ProgramEnvironment redis(LabRedis cache, int port) {
    @Nullable String password = cache.server().password();
    String user = password == null ? "" : ":%s@".formatted(encoded(password));
    variables.put("REDIS_URL", "redis://%s%s:%d/%d".formatted(user, HOST, port, cache.index()));
    return this;
  }

  /** Everything of the broker's URI but the place. */
  ProgramEnvironment rabbit(URI broker, int port) {
    @Nullable String user = broker.getRawUserInfo();
    variables.put(
        "AMQP_URL",
        "amqp://%s%s:%d%s"
            .formatted(user == null ? "" : user + "@", HOST, port, broker.getRawPath()));
    return this;
  }

  Map<String, String> variables() {
    return Map.copyOf(variables);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}

package dev.aftercommit.stack.servers;

import dev.aftercommit.stack.process.StackException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the addresses of servers that the environment names. */
final class GivenServers {

  private GivenServers() {}

  static PostgresServer postgres(String url, Duration startLimit) {
    String plain = url.startsWith("jdbc:") ? url.substring("jdbc:".length()) : url;
    URI uri =
        parse(
            ServerKind.POSTGRES.urlVariable(),
            plain,
            "postgresql://user:password@host:5432/postgres");
    Map<String, String> query = query(uri);
    String[] userInfo = userInfo(uri);
    String user = query.getOrDefault("user", userInfo[0].isEmpty() ? "postgres" : userInfo[0]);
    String database = uri.getPath().length() > 1 ? uri.getPath().substring(1) : "postgres";
    return new PostgresServer(
        new PostgresServer.Coordinates(
            uri.getHost(),
            uri.getPort() < 0 ? 5432 : uri.getPort(),
            database,
            user,
            query.getOrDefault("password", userInfo[1])),
        new GivenServer(ServerKind.POSTGRES),
        startLimit);
  }

  static RabbitMqServer rabbitMq(String url, @Nullable String managementUrl, Duration startLimit) {
    URI uri = parse(ServerKind.RABBITMQ.urlVariable(), url, "amqp://user:password@host:5672/%2f");
    if (!"amqp".equals(uri.getScheme().toLowerCase(Locale.ROOT))) {
      throw new StackException(
          "%s must start with amqp:// (TLS is not supported here) but starts with %s://"
              .formatted(ServerKind.RABBITMQ.urlVariable(), uri.getScheme()));
    }
    String[] userInfo = userInfo(uri);
    String path = uri.getRawPath();
    return new RabbitMqServer(
        new RabbitMqServer.Coordinates(
            uri.getHost(),
            uri.getPort() < 0 ? 5672 : uri.getPort(),
            userInfo[0].isEmpty() ? "guest" : userInfo[0],
            userInfo[0].isEmpty() ? "guest" : userInfo[1],
            path.length() > 1 ? decoded(path.substring(1)) : "/",
            management(managementUrl)),
        new GivenServer(ServerKind.RABBITMQ),
        startLimit);
  }

  private static @Nullable String management(@Nullable String url) {
    if (url == null || url.isBlank()) {
      return null;
    }
    String example = "http://host:15672";
    URI uri = parse(RabbitMqServer.MANAGEMENT_URL_VARIABLE, url, example);
    if (!Set.of("http", "https").contains(uri.getScheme().toLowerCase(Locale.ROOT))) {
      throw notOfTheForm(RabbitMqServer.MANAGEMENT_URL_VARIABLE, example);
    }
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  static RedisServer redis(String url, Duration startLimit) {
    URI uri = parse(ServerKind.REDIS.urlVariable(), url, "redis://host:6379");
    return new RedisServer(
        new RedisServer.Coordinates(uri.getHost(), uri.getPort() < 0 ? 6379 : uri.getPort(), url),
        new GivenServer(ServerKind.REDIS),
        startLimit);
  }

  private static URI parse(String variable, String url, String example) {
    try {
      URI uri = new URI(url);
      if (uri.getHost() != null && uri.getScheme() != null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Told below, without the text: it may carry a password.
    }
    throw notOfTheForm(variable, example);
  }

  private static StackException notOfTheForm(String variable, String example) {
    return new StackException("%s is not an address of the form %s".formatted(variable, example));
  }

  private static String[] userInfo(URI uri) {
    String raw = uri.getRawUserInfo();
    if (raw == null) {
      return new String[] {"", ""};
    }
    int colon = raw.indexOf(':');
    return colon < 0
        ? new String[] {decoded(raw), ""}
        : new String[] {decoded(raw.substring(0, colon)), decoded(raw.substring(colon + 1))};
  }

  private static Map<String, String> query(URI uri) {
    Map<String, String> values = new HashMap<>();
    @Nullable String raw = uri.getRawQuery();
    if (raw != null) {
      for (String pair : raw.split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          values.put(pair.substring(0, equals), decoded(pair.substring(equals + 1)));
        }
      }
    }
    return values;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}

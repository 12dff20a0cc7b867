package dev.aftercommit.stack.servers;

import dev.aftercommit.stack.process.DataFolder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prepares each server as a container, with the settings that its process would have. */
final class Containers {

  private static final Map<ServerKind, String> IMAGES =
      Map.of(
          ServerKind.POSTGRES, "postgres:18",
          ServerKind.RABBITMQ, "rabbitmq:4-management",
          ServerKind.REDIS, "redis:8");

  private static final String POSTGRES_USER = "postgres";
  private static final String RABBITMQ_USER = "aftercommit";

  private final ServersConfig config;
  private final DataFolder data;

  Containers(ServersConfig config, DataFolder data) {
    this.config = config;
    this.data = data;
  }

  PostgresServer postgres() {
    int port = data.ports().port("postgres");
    String mount = "/var/lib/postgresql";
    String durable = config.scratch() ? "off" : "on";
    List<String> command =
        List.of(
            "postgres",
            "-c",
            "max_connections=200",
            "-c",
            "shared_buffers=256MB",
            "-c",
            "fsync=" + durable,
            "-c",
            "full_page_writes=" + durable,
            "-c",
            "synchronous_commit=" + durable,
            "-c",
            "max_wal_size=2GB");
    Map<String, String> environment =
        Map.of(
            "POSTGRES_PASSWORD",
            POSTGRES_USER,
            // Below the volume under every version; the images before 18 have another default.
            "PGDATA",
            mount + "/cluster");
    return new PostgresServer(
        new PostgresServer.Coordinates(
            Docker.host(), port, "postgres", POSTGRES_USER, POSTGRES_USER),
        container(ServerKind.POSTGRES, environment, command, Map.of(5432, port), mount),
        config.startLimit());
  }

  RabbitMqServer rabbitMq() {
    int port = data.ports().port("rabbitmq");
    int managementPort = data.ports().port("rabbitmq-management");
    Map<String, String> environment =
        Map.of(
            "RABBITMQ_DEFAULT_USER", RABBITMQ_USER,
            "RABBITMQ_DEFAULT_PASS", RABBITMQ_USER,
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "+sbwt none +sbwtdcpu none +sbwtdio none");
    String managementUrl =
        image(ServerKind.RABBITMQ).contains("management")
            ? "http://%s:%d".formatted(Docker.host(), managementPort)
            : null;
    return new RabbitMqServer(
        new RabbitMqServer.Coordinates(
            Docker.host(), port, RABBITMQ_USER, RABBITMQ_USER, "/", managementUrl),
        container(
            ServerKind.RABBITMQ,
            environment,
            List.of(),
            Map.of(5672, port, 15672, managementPort),
            "/var/lib/rabbitmq"),
        config.startLimit());
  }

  RedisServer redis() {
    int port = data.ports().port("redis");
    return new RedisServer(
        new RedisServer.Coordinates(
            Docker.host(), port, "redis://%s:%d".formatted(Docker.host(), port)),
        container(
            ServerKind.REDIS,
            Map.of(),
            List.of("redis-server", "--appendonly", "yes", "--save", ""),
            Map.of(6379, port),
            "/data"),
        config.startLimit());
  }

  private ContainerServer container(
      ServerKind kind,
      Map<String, String> environment,
      List<String> command,
      Map<Integer, Integer> containerPorts,
      String dataPath) {
    @Nullable String volume = data.isKept() ? Docker.volume(data.root(), kind) : null;
    return new ContainerServer(
        new ContainerServer.Plan(
            image(kind),
            "aftercommit",
            environment,
            command,
            containerPorts,
            dataPath,
            data.root(),
            volume));
  }

  private String image(ServerKind kind) {
    return config.environment().getOrDefault(kind.imageVariable(), IMAGES.getOrDefault(kind, ""));
  }
}

package dev.aftercommit.stack.servers;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.aftercommit.stack.process.DataFolder;
import dev.aftercommit.stack.process.StackException;
import dev.aftercommit.topology.Topology;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Chooses the way to have each server: given, container, process. */
final class ServerFactory {

  private final ServersConfig config;
  private final DataFolder data;
  private final Programs programs;
  private final Containers containers;
  private final boolean docker;

  ServerFactory(ServersConfig config, DataFolder data) {
    this.config = config;
    this.data = data;
    this.programs =
        new Programs(
            config.install(), config.progress(), data.folder("logs").resolve("install.log"));
    this.containers = new Containers(config, data);
    this.docker = Docker.answers(config.environment());
    if (!docker && Docker.isExpected(config.environment())) {
      config.progress().accept("No Docker engine answers here: servers run as processes");
    }
    if (docker && data.isKept()) {
      Docker.removeLeftBehind(data.root());
    }
  }

  Server create(ServerKind kind) {
    @Nullable String url = config.environment().get(kind.urlVariable());
    if (url != null && !url.isBlank()) {
      return switch (kind) {
        case POSTGRES -> GivenServers.postgres(url, config.startLimit());
        case RABBITMQ ->
            GivenServers.rabbitMq(
                url,
                config.environment().get(RabbitMqServer.MANAGEMENT_URL_VARIABLE),
                config.startLimit());
        case REDIS -> GivenServers.redis(url, config.startLimit());
      };
    }
    if (docker) {
      return switch (kind) {
        case POSTGRES -> containers.postgres();
        case RABBITMQ -> containers.rabbitMq();
        case REDIS -> containers.redis();
      };
    }
    return switch (kind) {
      case POSTGRES -> PostgresProcess.create(config, data);
      case RABBITMQ -> RabbitMqProcess.create(config, data, programs);
      case REDIS -> RedisProcess.create(config, data, programs);
    };
  }

  /** Gives a server that answers what the services expect to find there, unless it is scratch. */
  void prepare(Server server) {
    if (config.scratch()) {
      return;
    }
    switch (server) {
      case PostgresServer postgres -> InitSql.apply(postgres);
      case RabbitMqServer rabbitMq -> declareTopology(rabbitMq);
      case RedisServer _ -> {}
    }
  }

  private static void declareTopology(RabbitMqServer rabbitMq) {
    try (Connection connection = rabbitMq.connect();
        Channel channel = connection.createChannel()) {
      Topology.declare(channel);
    } catch (IOException | TimeoutException e) {
      throw new StackException("Cannot declare the exchanges and queues: " + e, e);
    }
  }
}

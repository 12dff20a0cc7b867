package dev.aftercommit.stack.servers;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.aftercommit.stack.process.DataFolder;
import dev.aftercommit.stack.process.StackException;
import dev.aftercommit.topology.Topology;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Chooses the way to have each server: given, container, process. */
final class ServerFactory {

  private static final Executor LATE = CompletableFuture.delayedExecutor(2, TimeUnit.SECONDS);

  private static final String ASKING_DOCKER =
      "Waiting for Docker: Testcontainers starts its cleaner there and pulls its image, unless"
          + " TESTCONTAINERS_RYUK_DISABLED=true";

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
    this.docker = askDocker();
    if (docker && data.isKept()) {
      Docker.removeLeftBehind(data.root());
    }
  }

  private boolean askDocker() {
    if (!Docker.isExpected(config.environment())) {
      return false;
    }
    Consumer<String> progress = config.progress();
    Future<?> late = CompletableFuture.runAsync(() -> progress.accept(ASKING_DOCKER), LATE);
    boolean answers = Docker.answers(config.environment());
    late.cancel(false);
    progress.accept(
        answers
            ? "Servers run in Docker; an image that is not here is pulled first"
            : "No Docker engine answers here: servers run as processes");
    return answers;
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

package dev.aftercommit.stack.servers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import dev.aftercommit.stack.process.Lifecycle;
import dev.aftercommit.stack.process.StackException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.IsRunningStartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.utility.DockerImageName;

/**
 * A server in a container. Its ports are fixed on this machine, and stopping leaves the container:
 * it starts again with its port and its data.
 */
final class ContainerServer implements Lifecycle {

  private static final int STOP_SECONDS = 30;
  private static final int LOG_CHARACTERS = 4_000;

  private final Plan plan;
  private @Nullable GenericContainer<?> container;

  /**
   * What to run.
   *
   * @param image the image's name
   * @param hostname of the container; RabbitMQ's data belong to it
   * @param environment variables of the container
   * @param command its arguments; none for the image's own
   * @param ports ports on this machine by ports in the container
   * @param dataPath where the server keeps data
   * @param folder the data folder on this machine that the container belongs to
   * @param volume the named volume for them; null lets them go with the container
   */
  record Plan(
      String image,
      String hostname,
      Map<String, String> environment,
      List<String> command,
      Map<Integer, Integer> ports,
      String dataPath,
      Path folder,
      @Nullable String volume) {

    Plan {
      environment = Map.copyOf(environment);
      command = List.copyOf(command);
      ports = Map.copyOf(ports);
    }
  }

  ContainerServer(Plan plan) {
    this.plan = plan;
  }

  @Override
  public String origin() {
    return "container of " + plan.image();
  }

  @Override
  public synchronized void start() {
    if (container == null) {
      container = create();
    } else if (!isRunning()) {
      client().startContainerCmd(container.getContainerId()).exec();
    }
  }

  private GenericContainer<?> create() {
    GenericContainer<?> created =
        new GenericContainer<>(DockerImageName.parse(plan.image()))
            .withEnv(plan.environment())
            .withLabel(Docker.FOLDER_LABEL, plan.folder().toString())
            .withStartupCheckStrategy(new IsRunningStartupCheckStrategy())
            // Readiness is judged by a real client of ours.
            .waitingFor(new NoWait())
            .withCreateContainerCmdModifier(this::complete);
    created.setPortBindings(
        plan.ports().entrySet().stream()
            .map(port -> "%s:%d:%d".formatted(bindAddress(), port.getValue(), port.getKey()))
            .toList());
    if (!plan.command().isEmpty()) {
      created.setCommand(plan.command().toArray(String[]::new));
    }
    try {
      created.start();
      return created;
    } catch (RuntimeException e) {
      throw new StackException("Cannot start a container of %s: %s".formatted(plan.image(), e), e);
    }
  }

  /** A remote engine's ports must be reachable from here; the own machine's only from here. */
  private static String bindAddress() {
    return Docker.host().equals("localhost") ? "127.0.0.1" : "0.0.0.0";
  }

  private void complete(CreateContainerCmd command) {
    command.withHostName(plan.hostname());
    HostConfig host = command.getHostConfig();
    if (plan.volume() != null && host != null) {
      host.withBinds(new Bind(plan.volume(), new Volume(plan.dataPath())));
    }
  }

  @Override
  public synchronized void stop() {
    if (container != null && isRunning()) {
      try {
        client().stopContainerCmd(container.getContainerId()).withTimeout(STOP_SECONDS).exec();
      } catch (NotModifiedException e) {
        // It ended by itself in between.
      }
    }
  }

  @Override
  public synchronized void kill() {
    if (container != null && isRunning()) {
      client().killContainerCmd(container.getContainerId()).exec();
    }
  }

  @Override
  public synchronized void pause() {
    if (container != null) {
      client().pauseContainerCmd(container.getContainerId()).exec();
    }
  }

  @Override
  public synchronized void resume() {
    if (container != null) {
      client().unpauseContainerCmd(container.getContainerId()).exec();
    }
  }

  @Override
  public synchronized boolean isRunning() {
    return container != null
        && Boolean.TRUE.equals(
            client()
                .inspectContainerCmd(container.getContainerId())
                .exec()
                .getState()
                .getRunning());
  }

  @Override
  public synchronized String logTail() {
    if (container == null) {
      return "(no container)";
    }
    String log = container.getLogs().strip();
    return log.substring(Math.max(0, log.length() - LOG_CHARACTERS));
  }

  @Override
  public synchronized void close() {
    if (container == null) {
      return;
    }
    if (plan.volume() != null) {
      stop();
    }
    container.stop();
    container = null;
  }

  private static DockerClient client() {
    return DockerClientFactory.instance().client();
  }

  private static final class NoWait extends AbstractWaitStrategy {
    @Override
    protected void waitUntilReady() {}
  }
}

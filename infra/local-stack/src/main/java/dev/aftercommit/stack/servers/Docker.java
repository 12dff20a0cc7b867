package dev.aftercommit.stack.servers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;

/** The Docker engine of this machine, where there is one. */
final class Docker {

  /** Marks our containers with the data folder they belong to. */
  static final String FOLDER_LABEL = "dev.aftercommit.folder";

  private Docker() {}

  /** Whether an engine answers; without any sign of one Testcontainers is not even asked. */
  static boolean answers(Map<String, String> environment) {
    return isExpected(environment) && DockerClientFactory.instance().isDockerAvailable();
  }

  /** Whether there is a sign of an engine: its address in the environment, or a socket. */
  static boolean isExpected(Map<String, String> environment) {
    if (environment.containsKey("DOCKER_HOST")) {
      return true;
    }
    Path home = Path.of(System.getProperty("user.home"));
    return Stream.of(
            Path.of("/var/run/docker.sock"),
            Path.of(environment.getOrDefault("XDG_RUNTIME_DIR", "/run"), "docker.sock"),
            home.resolve(".docker/run/docker.sock"),
            home.resolve(".docker/desktop/docker.sock"),
            home.resolve(".colima/default/docker.sock"))
        .anyMatch(Files::exists);
  }

  /** Where the ports of containers are reached from this machine. */
  static String host() {
    return DockerClientFactory.instance().dockerHostIpAddress();
  }

  /** The name of the volume that keeps one server's data of a data folder. */
  static String volume(Path folder, ServerKind kind) {
    return "aftercommit-%08x-%s"
        .formatted(folder.toString().hashCode(), kind.name().toLowerCase(Locale.ROOT));
  }

  /** Removes the containers that a killed program left on the data folder. */
  static void removeLeftBehind(Path folder) {
    DockerClient client = DockerClientFactory.instance().client();
    List<Container> left =
        client
            .listContainersCmd()
            .withShowAll(true)
            .withLabelFilter(Map.of(FOLDER_LABEL, folder.toString()))
            .exec();
    for (Container container : left) {
      try {
        client.removeContainerCmd(container.getId()).withForce(true).withRemoveVolumes(true).exec();
      } catch (NotFoundException e) {
        // Testcontainers' own cleaner was faster.
      }
    }
  }

  /** Removes the data that containers kept for the folder. */
  static void removeVolumes(Path folder) {
    DockerClient client = DockerClientFactory.instance().client();
    for (ServerKind kind : ServerKind.values()) {
      try {
        client.removeVolumeCmd(volume(folder, kind)).exec();
      } catch (NotFoundException e) {
        // It was never made.
      }
    }
  }
}

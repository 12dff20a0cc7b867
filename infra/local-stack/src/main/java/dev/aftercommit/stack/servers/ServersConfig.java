package dev.aftercommit.stack.servers;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Servers#start} shall provide.
 *
 * @param wanted which servers
 * @param keptFolder the folder whose data outlives the servers; null for a private temporary folder
 *     that goes with them
 * @param install whether missing programs are installed with the system's package manager
 * @param management whether RabbitMQ's management page is served (costs about two seconds of its
 *     start)
 * @param scratch whether the servers are for experiments only: a PostgreSQL that is started does
 *     not wait for the disk, and nothing of the services is put into any server
 * @param startLimit how long one server may take until it answers
 * @param progress receives one line of text per step, for people
 * @param environment the variables that choose addresses and images, normally {@link
 *     System#getenv()}
 */
public record ServersConfig(
    Set<ServerKind> wanted,
    @Nullable Path keptFolder,
    boolean install,
    boolean management,
    boolean scratch,
    Duration startLimit,
    Consumer<String> progress,
    Map<String, String> environment) {

  public ServersConfig {
    wanted = Set.copyOf(wanted);
    environment = Map.copyOf(environment);
  }

  /**
   * The named servers with private temporary data, installed when missing, without management page,
   * silent.
   */
  public static ServersConfig of(ServerKind first, ServerKind... more) {
    return new ServersConfig(
        EnumSet.of(first, more),
        null,
        true,
        false,
        false,
        Duration.ofSeconds(60),
        line -> {},
        System.getenv());
  }

  /** The same with data that stays in the folder. */
  public ServersConfig keptIn(Path folder) {
    return new ServersConfig(
        wanted, folder, install, management, scratch, startLimit, progress, environment);
  }

  /** The same, refusing to install what is missing when {@code install} is false. */
  public ServersConfig withInstall(boolean install) {
    return new ServersConfig(
        wanted, keptFolder, install, management, scratch, startLimit, progress, environment);
  }

  /** The same with RabbitMQ's management page. */
  public ServersConfig withManagement() {
    return new ServersConfig(
        wanted, keptFolder, install, true, scratch, startLimit, progress, environment);
  }

  /** The same for experiments that nobody wants to keep. */
  public ServersConfig asScratch() {
    return new ServersConfig(
        wanted, keptFolder, install, management, true, startLimit, progress, environment);
  }

  /** The same, telling its steps. */
  public ServersConfig withProgress(Consumer<String> progress) {
    return new ServersConfig(
        wanted, keptFolder, install, management, scratch, startLimit, progress, environment);
  }

  /** The same, reading these variables instead of the process environment. */
  public ServersConfig withEnvironment(Map<String, String> environment) {
    return new ServersConfig(
        wanted, keptFolder, install, management, scratch, startLimit, progress, environment);
  }
}

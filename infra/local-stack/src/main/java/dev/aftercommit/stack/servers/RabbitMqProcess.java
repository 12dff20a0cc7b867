package dev.aftercommit.stack.servers;

import dev.aftercommit.stack.process.DataFolder;
import dev.aftercommit.stack.process.Executables;
import dev.aftercommit.stack.process.Lifecycle;
import dev.aftercommit.stack.process.ManagedProcess;
import dev.aftercommit.stack.process.StackException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Prepares the installed RabbitMQ as a private node: own name, ports, folders, cookie and
 * configuration, on the loopback interface only, untouched by the machine's /etc/rabbitmq.
 */
final class RabbitMqProcess {

  private static final String USER = "aftercommit";

  /** Schedulers that sleep when idle: they share few cores with everything else. */
  private static final String ERLANG_ARGUMENTS =
      "+sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}";

  private RabbitMqProcess() {}

  static RabbitMqServer create(ServersConfig config, DataFolder data, Programs programs) {
    Path server = programs.require("rabbitmq-server", folders(), "rabbitmq-server", "rabbitmq");
    Path folder = data.folder("rabbitmq");
    int port = data.ports().port("rabbitmq");
    int managementPort = config.management() ? data.ports().port("rabbitmq-management") : 0;
    int epmdPort = data.ports().port("rabbitmq-epmd");
    int distributionPort = data.ports().port("rabbitmq-distribution");
    Map<String, String> environment = environment(folder, epmdPort, distributionPort);
    configure(folder, port, managementPort);
    ManagedProcess epmd =
        new ManagedProcess(
            "epmd",
            ManagedProcess.StopSignal.TERM,
            data,
            folder,
            List.of(epmd(server).toString(), "-port", Integer.toString(epmdPort)),
            Map.of("ERL_EPMD_ADDRESS", "127.0.0.1"));
    ManagedProcess node =
        new ManagedProcess(
            "rabbitmq",
            ManagedProcess.StopSignal.TERM,
            data,
            folder,
            List.of(server.toString()),
            environment);
    String managementUrl = managementPort == 0 ? null : "http://127.0.0.1:" + managementPort;
    return new RabbitMqServer(
        new RabbitMqServer.Coordinates("127.0.0.1", port, USER, USER, "/", managementUrl),
        new WithNameServer(node, epmd),
        config.startLimit());
  }

  /** Debian's program on PATH changes the user and the folder; the one beneath it does not. */
  static List<Path> folders() {
    List<Path> folders = new ArrayList<>();
    folders.add(Path.of("/usr/lib/rabbitmq/bin"));
    folders.add(Path.of("/opt/homebrew/opt/rabbitmq/sbin"));
    folders.add(Path.of("/usr/local/opt/rabbitmq/sbin"));
    folders.addAll(Executables.searchPath());
    return folders;
  }

  private static Map<String, String> environment(Path folder, int epmdPort, int distributionPort) {
    Map<String, String> environment = new HashMap<>();
    environment.put("HOME", folder.toString());
    environment.put("ERL_EPMD_PORT", Integer.toString(epmdPort));
    environment.put("ERL_EPMD_ADDRESS", "127.0.0.1");
    environment.put("RABBITMQ_NODENAME", "aftercommit@localhost");
    environment.put("RABBITMQ_DIST_PORT", Integer.toString(distributionPort));
    environment.put("RABBITMQ_MNESIA_BASE", folder.resolve("mnesia").toString());
    environment.put("RABBITMQ_LOG_BASE", folder.resolve("log").toString());
    environment.put("RABBITMQ_LOGS", "-");
    environment.put("RABBITMQ_CONF_ENV_FILE", folder.resolve("rabbitmq-env.conf").toString());
    environment.put("RABBITMQ_CONFIG_FILE", folder.resolve("rabbitmq.conf").toString());
    environment.put("RABBITMQ_ADVANCED_CONFIG_FILE", folder.resolve("advanced.config").toString());
    environment.put("RABBITMQ_ENABLED_PLUGINS_FILE", folder.resolve("enabled_plugins").toString());
    environment.put("RABBITMQ_PID_FILE", folder.resolve("node.pid").toString());
    environment.put("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", ERLANG_ARGUMENTS + " -noinput");
    // The start script then becomes the Erlang machine instead of waiting for it: signals reach the
    // node itself.
    environment.put("RABBITMQ_ALLOW_INPUT", "1");
    return environment;
  }

  private static void configure(Path folder, int port, int managementPort) {
    String configuration =
        """
        listeners.tcp.1 = 127.0.0.1:%d
        default_user = %s
        default_pass = %s
        """
            .formatted(port, USER, USER);
    if (managementPort != 0) {
      configuration +=
          """
          management.tcp.ip = 127.0.0.1
          management.tcp.port = %d
          """
              .formatted(managementPort);
    }
    try {
      Files.writeString(folder.resolve("rabbitmq.conf"), configuration);
      Files.writeString(folder.resolve("rabbitmq-env.conf"), "");
      Files.writeString(folder.resolve("advanced.config"), "[].\n");
      Files.writeString(
          folder.resolve("enabled_plugins"),
          managementPort == 0 ? "[].\n" : "[rabbitmq_management].\n");
    } catch (IOException e) {
      throw new StackException("Cannot configure RabbitMQ in " + folder, e);
    }
  }

  /** Erlang's port mapper, which a node would otherwise start as a daemon that outlives it. */
  private static Path epmd(Path server) {
    List<Path> folders = new ArrayList<>(Executables.searchPath());
    folders.add(Path.of("/usr/lib/erlang/bin"));
    folders.add(Path.of("/opt/homebrew/opt/erlang/lib/erlang/bin"));
    folders.add(Path.of("/usr/local/opt/erlang/lib/erlang/bin"));
    return Executables.find("epmd", folders)
        .orElseThrow(
            () ->
                new StackException(
                    "%s is here but Erlang's epmd is in none of %s".formatted(server, folders)));
  }

  /** The node with its port mapper, which stays while the node restarts. */
  private record WithNameServer(ManagedProcess node, ManagedProcess epmd) implements Lifecycle {

    @Override
    public String origin() {
      return node.origin();
    }

    @Override
    public OptionalLong processId() {
      return node.processId();
    }

    @Override
    public void start() {
      epmd.start();
      node.start();
    }

    @Override
    public void stop() {
      node.stop();
    }

    @Override
    public void kill() {
      node.kill();
    }

    @Override
    public void pause() {
      node.pause();
    }

    @Override
    public void resume() {
      node.resume();
    }

    @Override
    public boolean isRunning() {
      return node.isRunning();
    }

    @Override
    public String logTail() {
      return node.logTail();
    }

    @Override
    public void close() {
      node.close();
      epmd.kill();
    }
  }
}

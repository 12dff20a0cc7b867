package dev.aftercommit.stack.servers;

import dev.aftercommit.stack.process.DataFolder;
import dev.aftercommit.stack.process.LogTail;
import dev.aftercommit.stack.process.ManagedProcess;
import dev.aftercommit.stack.process.StackException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Prepares PostgreSQL as a process: the programs of Maven Central, a cluster of its own, durable as
 * in production unless it is scratch.
 */
final class PostgresProcess {

  private static final String SUPERUSER = "postgres";

  private PostgresProcess() {}

  static PostgresServer create(ServersConfig config, DataFolder data) {
    Path programs = PostgresBinaries.folder();
    Unprivileged unprivileged = Unprivileged.detect();
    Path folder = data.folder("postgres");
    unprivileged.own(folder);
    Path cluster = folder.resolve("cluster");
    if (!Files.exists(cluster.resolve("PG_VERSION"))) {
      initialise(programs, unprivileged, folder, cluster, data.folder("logs"));
    }
    int port = data.ports().port("postgres");
    List<String> command = new ArrayList<>(unprivileged.prefix());
    command.addAll(List.of(programs.resolve("bin/postgres").toString(), "-D", cluster.toString()));
    for (String setting : settings(port, config.scratch() ? "off" : "on")) {
      command.add("-c");
      command.add(setting);
    }
    return new PostgresServer(
        new PostgresServer.Coordinates("127.0.0.1", port, "postgres", SUPERUSER, SUPERUSER),
        // SIGINT is PostgreSQL's fast shutdown: SIGTERM would wait until the last client leaves.
        new ManagedProcess(
            "postgres", ManagedProcess.StopSignal.INT, data, folder, command, Map.of()),
        config.startLimit());
  }

  private static List<String> settings(int port, String durable) {
    return List.of(
        "port=" + port,
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "max_connections=200",
        "shared_buffers=256MB",
        "fsync=" + durable,
        "full_page_writes=" + durable,
        "synchronous_commit=" + durable,
        "max_wal_size=2GB");
  }

  private static void initialise(
      Path programs, Unprivileged unprivileged, Path folder, Path cluster, Path logs) {
    Path log = logs.resolve("initdb.log");
    try {
      Path password = folder.resolve("password");
      Files.writeString(password, SUPERUSER + "\n");
      List<String> command = new ArrayList<>(unprivileged.prefix());
      command.addAll(
          List.of(
              programs.resolve("bin/initdb").toString(),
              "--pgdata=" + cluster,
              "--username=" + SUPERUSER,
              "--pwfile=" + password,
              "--auth=scram-sha-256",
              "--encoding=UTF8",
              "--locale-provider=builtin",
              "--builtin-locale=C.UTF-8",
              "--locale=C",
              "--no-sync",
              "--no-instructions"));
      Process initdb =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      int exit = initdb.waitFor();
      if (exit != 0) {
        throw new StackException(
            "initdb failed with exit code %d:%n%s".formatted(exit, LogTail.of(log)));
      }
    } catch (IOException e) {
      throw new StackException("Cannot create the PostgreSQL cluster in " + cluster, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("Interrupted during initdb", e);
    }
  }
}

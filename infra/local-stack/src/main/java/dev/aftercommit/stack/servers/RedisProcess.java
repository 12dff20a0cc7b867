package dev.aftercommit.stack.servers;

import dev.aftercommit.stack.process.DataFolder;
import dev.aftercommit.stack.process.Executables;
import dev.aftercommit.stack.process.ManagedProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Prepares the installed Redis as a private process. */
final class RedisProcess {

  private RedisProcess() {}

  static RedisServer create(ServersConfig config, DataFolder data, Programs programs) {
    Path program =
        programs.require("redis-server", Executables.searchPath(), "redis-server", "redis");
    Path folder = data.folder("redis");
    int port = data.ports().port("redis");
    List<String> command =
        List.of(
            program.toString(),
            "--port",
            Integer.toString(port),
            "--bind",
            "127.0.0.1",
            "--dir",
            folder.toString(),
            "--appendonly",
            "yes",
            "--save",
            "",
            "--daemonize",
            "no");
    return new RedisServer(
        new RedisServer.Coordinates("127.0.0.1", port, "redis://127.0.0.1:" + port),
        new ManagedProcess(
            "redis", ManagedProcess.StopSignal.TERM, data, folder, command, Map.of()),
        config.startLimit());
  }
}

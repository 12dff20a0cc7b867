package dev.aftercommit.lab.cli;

import dev.aftercommit.lab.database.ServerAddress;
import dev.aftercommit.stack.servers.PostgresServer;
import dev.aftercommit.stack.servers.ServerKind;
import dev.aftercommit.stack.servers.Servers;
import dev.aftercommit.stack.servers.ServersConfig;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Which PostgreSQL the lab uses. */
final class ServerOption {

  @Option(
      names = "--postgres",
      paramLabel = "URL",
      description =
          "A server to use instead of an own one, as postgresql://USER:PASSWORD@HOST:PORT/DATABASE. The lab"
              + " creates a database there and drops it; USER must be a superuser.")
  private String url = "";

  /** Starts or finds the server; closing it stops what was started. */
  Servers start() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    if (!url.isEmpty()) {
      environment.put(ServerKind.POSTGRES.urlVariable(), url);
    }
    return Servers.start(ServersConfig.of(ServerKind.POSTGRES).withEnvironment(environment));
  }

  static ServerAddress address(Servers servers) {
    PostgresServer server = servers.postgres();
    return new ServerAddress(
        server.host(),
        server.port(),
        server.maintenanceDatabase(),
        server.superuser(),
        server.superuserPassword());
  }
}

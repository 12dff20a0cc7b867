package dev.aftercommit.lab;

import dev.aftercommit.lab.database.ServerAddress;
import dev.aftercommit.stack.servers.PostgresServer;
import dev.aftercommit.stack.testing.SharedServers;

/** The PostgreSQL of this JVM's tests. */
public final class LabServer {

  private LabServer() {}

  /** Where it is. */
  public static ServerAddress address() {
    PostgresServer server = SharedServers.get().postgres();
    return new ServerAddress(
        server.host(),
        server.port(),
        server.maintenanceDatabase(),
        server.superuser(),
        server.superuserPassword());
  }
}

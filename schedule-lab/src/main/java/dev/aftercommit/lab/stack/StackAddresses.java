package dev.aftercommit.lab.stack;

import dev.aftercommit.lab.cache.RedisAddress;
import dev.aftercommit.lab.database.ServerAddress;
import dev.aftercommit.stack.servers.PostgresServer;
import dev.aftercommit.stack.servers.RedisServer;
import java.net.URI;

/** Where the servers of the local stack are, for the lab. */
public final class StackAddresses {

  private StackAddresses() {}

  /** PostgreSQL, as its superuser. */
  public static ServerAddress of(PostgresServer server) {
    return new ServerAddress(
        server.host(),
        server.port(),
        server.maintenanceDatabase(),
        server.superuser(),
        server.superuserPassword());
  }

  /** Redis, with the password of its URI if there is one. */
  public static RedisAddress of(RedisServer server) {
    String user = URI.create(server.uri()).getUserInfo();
    String password = user == null ? null : user.substring(user.indexOf(':') + 1);
    return new RedisAddress(server.host(), server.port(), password);
  }
}

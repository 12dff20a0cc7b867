package dev.aftercommit.lab;

import dev.aftercommit.lab.cache.RedisAddress;
import dev.aftercommit.stack.servers.RedisServer;
import dev.aftercommit.stack.testing.SharedServers;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** The Redis of this JVM's tests. */
public final class LabCache {

  private LabCache() {}

  /** Where it is. */
  public static RedisAddress address() {
    RedisServer server = SharedServers.get().redis();
    @Nullable String user = URI.create(server.uri()).getUserInfo();
    String password = user == null ? null : user.substring(user.indexOf(':') + 1);
    return new RedisAddress(server.host(), server.port(), password);
  }
}

package dev.aftercommit.lab;

import dev.aftercommit.lab.cache.RedisAddress;
import dev.aftercommit.lab.stack.StackAddresses;
import dev.aftercommit.stack.testing.SharedServers;

/** The Redis of this JVM's tests. */
public final class LabCache {

  private LabCache() {}

  /** Where it is. */
  public static RedisAddress address() {
    return StackAddresses.of(SharedServers.get().redis());
  }
}

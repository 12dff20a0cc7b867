package dev.aftercommit.lab.scenario;

import dev.aftercommit.lab.cache.RedisAddress;
import dev.aftercommit.lab.database.ServerAddress;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where the servers are that a scenario needs.
 *
 * @param postgres where the database is made
 * @param redis null if no step goes to the cache
 * @param rabbit the broker's AMQP URI, with user and virtual host; null if there is no queue
 */
public record Addresses(
    ServerAddress postgres, @Nullable RedisAddress redis, @Nullable URI rabbit) {

  /** The database alone. */
  public static Addresses of(ServerAddress postgres) {
    return new Addresses(postgres, null, null);
  }
}

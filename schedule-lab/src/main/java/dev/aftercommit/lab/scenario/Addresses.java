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
 * @param management the broker's management API, as {@code http://HOST:15672}; null if it is not
 *     known, and then queues work in one lane only
 */
public record Addresses(
    ServerAddress postgres,
    @Nullable RedisAddress redis,
    @Nullable URI rabbit,
    @Nullable URI management) {

  /** Without a management API. */
  public Addresses(ServerAddress postgres, @Nullable RedisAddress redis, @Nullable URI rabbit) {
    this(postgres, redis, rabbit, null);
  }

  /** The database alone. */
  public static Addresses of(ServerAddress postgres) {
    return new Addresses(postgres, null, null);
  }

  /** The same with the broker at another URI. */
  Addresses withRabbit(URI other) {
    return new Addresses(postgres, redis, other, management);
  }
}

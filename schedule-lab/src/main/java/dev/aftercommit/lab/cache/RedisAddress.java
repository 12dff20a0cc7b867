package dev.aftercommit.lab.cache;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisProtocol;

/**
 * Where Redis is.
 *
 * @param host its name
 * @param port its port
 * @param password of its default user; null if it wants none
 */
public record RedisAddress(String host, int port, @Nullable String password) {

  /** Where the gates connect to. */
  public InetSocketAddress socket() {
    return new InetSocketAddress(host, port);
  }

  /** A connection past the gates, in RESP2. */
  Jedis connect() {
    return new Jedis(
        host,
        port,
        DefaultJedisClientConfig.builder()
            .password(password)
            .protocol(RedisProtocol.RESP2)
            .build());
  }
}

package dev.aftercommit.lab.gate.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.lab.LabCache;
import dev.aftercommit.lab.cache.LabRedis;
import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.NotingTurnstile;
import dev.aftercommit.lab.gate.Turnstile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisProtocol;

/** A client with a connection through a gate, and an empty index of Redis. */
abstract class RedisGateFixture {

  final NotingTurnstile turnstile = new NotingTurnstile();
  final LabRedis redis = LabRedis.create(LabCache.address());
  final RedisGate gate = new RedisGate("A", redis.server().socket(), turnstile);
  Jedis client;

  @BeforeEach
  void connect() {
    client = connect(RedisProtocol.RESP3);
    gate.mode(Gate.Mode.STEPS);
  }

  Jedis connect(RedisProtocol protocol) {
    return new Jedis(
        "127.0.0.1",
        gate.port(),
        DefaultJedisClientConfig.builder()
            .password(redis.server().password())
            .database(redis.index())
            .protocol(protocol)
            .build());
  }

  @AfterEach
  void close() {
    gate.mode(Gate.Mode.OPEN);
    client.close();
    gate.close();
    redis.close();
    assertThat(turnstile.seen()).as("Redis delivers nothing").doesNotContain(NotingTurnstile.IDLE);
    assertThat(turnstile.sessions()).isSubsetOf(Turnstile.NO_SESSION);
  }
}

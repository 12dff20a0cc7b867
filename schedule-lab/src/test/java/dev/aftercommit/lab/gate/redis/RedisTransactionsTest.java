package dev.aftercommit.lab.gate.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.Turn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.AbstractTransaction;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisConnectionException;

class RedisTransactionsTest extends RedisGateFixture {

  @ParameterizedTest
  @EnumSource(RedisProtocol.class)
  void aTransactionIsOneStepAtItsEnd(RedisProtocol protocol) {
    try (Jedis other = connect(protocol)) {
      other.watch("k");
      try (AbstractTransaction transaction = other.multi()) {
        transaction.set("k", "1");
        Response<Long> two = transaction.incr("k");
        assertThat(transaction.exec()).hasSize(2);
        assertThat(two.get()).isEqualTo(2);
      }
    }
    assertThat(turnstile.seen())
        .containsExactly("WATCH k", "-> OK", "MULTI; SET k 1; INCR k; EXEC", "-> [OK, 2]");
  }

  @Test
  void aTransactionWhoseWatchedKeyWasChangedDoesNothing() {
    client.watch("k");
    redis.execute("SET k other");
    try (AbstractTransaction transaction = client.multi()) {
      transaction.set("k", "mine");
      assertThat(transaction.exec()).isNull();
    }
    assertThat(turnstile.seen()).endsWith("MULTI; SET k mine; EXEC", "-> (nil)");
  }

  @Test
  void aDiscardedTransactionIsNoStep() {
    try (AbstractTransaction transaction = client.multi()) {
      transaction.set("k", "1");
      transaction.discard();
    }
    assertThat(client.get("k")).isNull();
    assertThat(turnstile.seen()).containsExactly("GET k", "-> (nil)");
  }

  @Test
  void aTransactionThatIsKilledAtItsEndDoesNothing() {
    try (AbstractTransaction transaction = client.multi()) {
      transaction.set("k", "1");
      turnstile.all(Turn.KILL);
      assertThatThrownBy(transaction::exec).isInstanceOf(JedisConnectionException.class);
    }
    assertThat(redis.contents()).isEmpty();
  }

  @Test
  void whatIsRefusedLeavesTheConnectionAsItWas() {
    turnstile.all(Turn.REFUSE);
    assertThatThrownBy(() -> client.set("k", "1")).hasMessageContaining("ended this schedule");
    try (AbstractTransaction transaction = client.multi()) {
      transaction.set("k", "1");
      assertThatThrownBy(transaction::exec).hasMessageContaining("ended this schedule");
    }
    turnstile.all(Turn.RUN);

    assertThat(client.get("k")).isNull();
    assertThat(turnstile.seen())
        .containsExactly("SET k 1", "MULTI; SET k 1; EXEC", "GET k", "-> (nil)");
  }

  @Test
  void whatWasWatchedIsForgottenOnceAStepIsRefused() {
    client.watch("k");
    turnstile.all(Turn.REFUSE);
    assertThatThrownBy(() -> client.get("k")).hasMessageContaining("ended this schedule");
    turnstile.all(Turn.RUN);
    redis.execute("SET k other");

    try (AbstractTransaction transaction = client.multi()) {
      transaction.set("k", "mine");
      assertThat(transaction.exec()).isNotNull();
    }
  }

  @Test
  void inWholeQueriesEveryCommandOfATransactionWaits() {
    gate.mode(Gate.Mode.WHOLE_QUERIES);
    try (AbstractTransaction transaction = client.multi()) {
      transaction.set("k", "1");
      transaction.exec();
    }
    assertThat(turnstile.seen())
        .containsExactly(
            "MULTI", "-> OK", "SET k 1", "-> QUEUED", "MULTI; SET k 1; EXEC", "-> [OK]");
  }
}

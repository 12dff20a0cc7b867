package dev.aftercommit.lab.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aftercommit.lab.LabCache;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

class LabRedisTest {

  private final LabRedis redis = LabRedis.create(LabCache.address());

  @AfterEach
  void close() {
    redis.close();
  }

  @Test
  void itsContentsAreOneTextWhateverTheOrderInWhichTheyWereMade() {
    redis.execute("ZADD z 2 two 1 one");
    redis.execute("SADD s b a");
    redis.execute("HSET h g 2 f 1");
    redis.execute("RPUSH l b a");
    redis.execute("XADD x * field value");
    redis.execute("SET \"a key\" 'it''s' ".replace("''", "\\'"));
    redis.execute("SET t 1 EX 100");
    redis.execute("PFADD p a");

    assertThat(redis.contents())
        .startsWith("\"a key\" \"it's\"; h {f=1, g=2}; l [b, a]; p \"HYLL")
        .endsWith("; s {a, b}; t 1 (expires); x [{field=value}]; z {one=1, two=2}");
    assertThat(redis.values()).hasSize(8).containsEntry("l", "[b, a]");
  }

  @Test
  void whatWasKeptIsPutBackAndNothingElseIsThere() {
    redis.execute("SET \"\\xff\" \"\\x00\\xfe\"");
    redis.execute("RPUSH l a b");
    redis.execute("SET t 1 EX 100");
    String before = redis.contents();
    redis.keep();
    redis.execute("DEL \"\\xff\"");
    redis.execute("LPOP l");
    redis.execute("PERSIST t");
    redis.execute("SET more 1");

    redis.restore();

    assertThat(redis.contents()).isEqualTo(before);
    assertThat(redis.execute("STRLEN \"\\xff\"")).isEqualTo("2");
  }

  @Test
  void anEmptyIndexIsRestoredToBeEmpty() {
    redis.keep();
    redis.execute("SET k 1");
    redis.restore();

    assertThat(redis.contents()).isEmpty();
  }

  @Test
  void everyLabHasAnIndexOfItsOwnThatIsEmptyAfterwards() {
    int index;
    try (LabRedis other = LabRedis.create(LabCache.address())) {
      index = other.index();
      assertThat(index).isPositive().isNotEqualTo(redis.index());
      other.execute("SET k 1");
      assertThat(redis.contents()).isEmpty();
    }
    try (Jedis control = LabCache.address().connect()) {
      control.select(index);
      assertThat(control.dbSize()).isZero();
    }
  }

  @Test
  void anAnswerIsOneLineAndARefusalIsThrown() {
    assertThat(redis.execute("RPUSH l a \"b c\"")).isEqualTo("2");
    assertThat(redis.execute("lrange l 0 -1")).isEqualTo("[a, \"b c\"]");
    assertThat(redis.execute("GET nothing")).isEqualTo("(nil)");
    assertThatThrownBy(() -> redis.execute("INCR l"))
        .isInstanceOf(JedisDataException.class)
        .hasMessageContaining("WRONGTYPE");
    assertThatThrownBy(() -> redis.execute(" ")).hasMessageContaining("blank line");
  }
}

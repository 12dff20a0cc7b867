package dev.aftercommit.freshcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aftercommit.freshcache.Rig.Instance;
import dev.aftercommit.stack.servers.RedisServer;
import dev.aftercommit.stack.testing.SharedServers;
import io.vertx.redis.client.Command;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Redis stops, dies, stands still and comes back; answers stay right, and come in time. */
@Timeout(180)
class OutageTest {

  private final RedisServer redis = SharedServers.get().redis();
  private Rig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new Rig();
    rig.insert("a", "old");
  }

  @AfterEach
  void stop() {
    redis.start();
    rig.close();
  }

  @Test
  void aChangeDuringAnOutageIsSeenByEveryProcessWhenRedisReturnsWithItsData() throws Exception {
    Instance writer = rig.instance().trusted();
    Instance reader = rig.instance().trusted();
    reader.get("a");
    redis.stop();
    await().atMost(Rig.PATIENCE).until(() -> !writer.caches.isTrusted());

    long version = rig.change("a", "new");
    assertThat(writer.cache.invalidate("a", version)).isFalse();
    assertThat(writer.get("a")).isEqualTo("new");
    assertThat(reader.get("a")).isEqualTo("new");
    redis.start();
    assertThat(rig.redis(Command.GET, rig.entryKey("a")).toString())
        .as("what the server kept")
        .endsWith("old");

    assertThat(reader.trusted().get("a")).isEqualTo("new");
    assertThat(writer.trusted().get("a")).isEqualTo("new");
    assertThat(reader.count("bypasses")).isEqualTo(1);
  }

  @Test
  void aServerThatCameBackWithWhatItHadSomeTimeAgoIsNotBelieved() throws Exception {
    Instance before = rig.instance().trusted();
    before.get("a");
    redis.stop();
    before.caches.close();
    rig.change("a", "new");
    rig.reconnect();
    redis.start();

    Instance after = rig.instance().trusted();

    assertThat(after.get("a")).as("nobody was there when it restarted").isEqualTo("new");
  }

  @Test
  void aProcessThatStartsBesideOthersKeepsWhatTheyCached() {
    rig.instance().trusted().get("a");

    Instance next = rig.instance().trusted();

    next.get("a");
    assertThat(next.count("hits")).isEqualTo(1);
  }

  @Test
  void anInvalidationThatOneProcessMissedReachesAllWhenItIsBack() throws Exception {
    Instance writer = rig.instance(rig.quick()).trusted();
    Instance reader = rig.instance().trusted();
    reader.get("a");
    rig.redis(Command.CLIENT, "PAUSE", "1000", "ALL");
    long version = rig.change("a", "new");

    assertThat(writer.cache.invalidate("a", version)).isFalse();
    assertThat(writer.get("a")).as("not from Redis any more").isEqualTo("new");

    writer.trusted();
    assertThat(reader.get("a")).isEqualTo("new");
  }

  @Test
  void whileRedisStandsStillReadsAreServedWithinTheBudgetAndSoonAtOnce() throws Exception {
    Instance instance = rig.instance(rig.quick()).trusted();
    instance.get("a");
    redis.pause();
    try {
      for (int i = 0; i < 3; i++) {
        long begun = System.nanoTime();
        assertThat(instance.get("a")).isEqualTo("old");
        assertThat(waitedForRedis(begun, instance)).isLessThan(Duration.ofMillis(500));
      }
      assertThat(instance.caches.isTrusted()).as("it is left alone").isFalse();
      long begun = System.nanoTime();
      for (int i = 0; i < 20; i++) {
        assertThat(instance.get("a")).isEqualTo("old");
      }
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
      assertThat(instance.count("bypasses")).isEqualTo(23);
      long change = System.nanoTime();
      instance.cache.invalidate("a", rig.change("a", "new"));
      assertThat(Duration.ofNanos(System.nanoTime() - change)).isLessThan(Duration.ofSeconds(2));
    } finally {
      redis.resume();
    }

    assertThat(instance.trusted().get("a")).isEqualTo("new");
    instance.get("a");
    assertThat(instance.count("hits")).isEqualTo(1);
  }

  @Test
  void aProcessThatStartsWithoutRedisServesFromTheDatabaseAndUsesRedisLater() {
    redis.stop();
    Instance instance = rig.instance();
    assertThat(instance.get("a")).isEqualTo("old");
    assertThat(instance.caches.isTrusted()).isFalse();
    redis.start();

    instance.trusted().get("a");

    assertThat(instance.count("fills")).isEqualTo(1);
  }

  @Test
  void lostScriptsAreLoadedAgain() throws Exception {
    Instance instance = rig.instance().trusted();
    rig.redis(Command.SCRIPT, "FLUSH");

    await()
        .atMost(Rig.PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(instance.get("a")).isEqualTo("old");
              assertThat(instance.count("hits")).isPositive();
            });
  }

  @Test
  void aRedisWithoutMemoryStillForgets() throws Exception {
    Instance instance = rig.instance().trusted();
    instance.get("a");
    rig.redis(Command.CONFIG, "SET", "maxmemory", "1");
    try {
      assertThat(instance.cache.invalidate("a", rig.change("a", "new"))).isTrue();
      assertThat(instance.get("a")).isEqualTo("new");
      assertThat(instance.get("a")).isEqualTo("new");
    } finally {
      rig.redis(Command.CONFIG, "SET", "maxmemory", "0");
    }
    assertThat(instance.trusted().get("a")).isEqualTo("new");
  }

  /** The time of a read; the rest of the limit is for a busy machine and the database. */
  private static Duration waitedForRedis(long begun, Instance instance) {
    assertThat(instance.loads.get()).isPositive();
    return Duration.ofNanos(System.nanoTime() - begun);
  }
}

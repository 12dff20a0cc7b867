package dev.aftercommit.freshcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aftercommit.freshcache.Rig.Instance;
import dev.aftercommit.stack.servers.RedisServer;
import dev.aftercommit.stack.testing.SharedServers;
import io.vertx.redis.client.Command;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Redis answers late; what it owes it answers later, and nothing that is right is thrown away. */
@Timeout(180)
class SlowRedisTest {

  private final RedisServer redis = SharedServers.get().redis();
  private Rig rig;
  private Instance instance;
  private Set<String> connections;
  private String generation;

  @BeforeEach
  void start() throws Exception {
    rig = new Rig();
    rig.insert("a", "old");
    rig.insert("b", "other");
    instance = rig.instance(rig.quick()).trusted();
    await().atMost(Rig.PATIENCE).until(() -> isCached("a") && isCached("b"));
    await().atMost(Rig.PATIENCE).until(() -> rig.connections().size() == 2);
    connections = rig.connections();
    generation = generation();
  }

  @AfterEach
  void stop() throws Exception {
    redis.resume();
    rig.redis(Command.CLIENT, "UNPAUSE");
    rig.close();
  }

  @Test
  void lateReadsLeaveTheConnectionAndWhatIsCachedAlone() throws Exception {
    redis.pause();
    for (int i = 0; i < 10; i++) {
      assertThat(instance.get("a")).isEqualTo("old");
    }
    assertThat(instance.caches.isTrusted()).as("reads ask it no more").isFalse();
    redis.resume();

    awaitHit("a", "old");
    assertNothingWasDropped();
  }

  @Test
  void anInvalidationConfirmedLateKeepsReadersAwayUntilThenAndDropsNothingElse() throws Exception {
    redis.pause();
    assertThat(instance.cache.invalidate("a", rig.change("a", "new"))).isFalse();
    assertThat(instance.caches.isTrusted()).as("not before it is confirmed").isFalse();
    int loads = instance.loads.get();
    assertThat(instance.get("a")).isEqualTo("new");
    assertThat(instance.get("b")).isEqualTo("other");
    assertThat(instance.loads).as("past Redis").hasValue(loads + 2);
    redis.resume();

    assertThat(instance.trusted().get("a")).isEqualTo("new");
    awaitHit("b", "other");
    assertNothingWasDropped();
  }

  /** Redis answers readers, but not yet the writer. */
  @Test
  void aWriterThatWaitsForItsConfirmationDoesNotReadWhatOthersStillFind() throws Exception {
    Instance reader = rig.instance().trusted();
    rig.redis(Command.CLIENT, "PAUSE", "120000", "WRITE");
    assertThat(instance.cache.invalidate("a", rig.change("a", "new"))).isFalse();
    assertThat(reader.get("a")).as("the limit of what is promised").isEqualTo("old");
    assertThat(instance.get("a")).isEqualTo("new");

    rig.redis(Command.CLIENT, "UNPAUSE");
    instance.trusted();

    assertThat(reader.get("a")).isEqualTo("new");
    assertThat(generation()).isEqualTo(generation);
  }

  @Test
  void aLeaseThatComesTooLateIsGivenBack() throws Exception {
    rig.insert("c", "third");
    rig.redis(Command.CLIENT, "PAUSE", "120000", "WRITE");
    assertThat(instance.get("c")).isEqualTo("third");
    assertThat(instance.count("bypasses")).isPositive();
    rig.redis(Command.CLIENT, "UNPAUSE");

    await().atMost(Rig.PATIENCE).until(() -> isCached("c")); // the lease would last for a minute
  }

  @Test
  void aValueLoadedWhileReadsGoPastRedisIsCachedAsSoonAsRedisAnswers() throws Exception {
    rig.insert("c", "third");

    instance.cache.get(
        "c",
        () -> {
          redis.pause();
          for (int i = 0; i < 3; i++) {
            instance.get("a");
          }
          assertThat(instance.caches.isTrusted()).isFalse();
          return instance.load("c");
        });
    redis.resume();

    await().atMost(Rig.PATIENCE).until(() -> isCached("c")); // the lease would last for a minute
  }

  @Test
  void aConnectionThatOwesAnAnswerForTooLongIsGivenUp() throws Exception {
    Instance impatient =
        rig.instance(
                rig.with(Duration.ofMillis(50), Duration.ofMillis(200), Duration.ofMillis(200)))
            .trusted();
    assertThat(impatient.count("renewals")).isZero();
    redis.pause();
    assertThat(impatient.cache.invalidate("a", rig.change("a", "new"))).isFalse();
    impatient.awaitOutage("LateException"); // of the next connection
    assertThat(impatient.get("a")).isEqualTo("new");
    redis.resume();

    assertThat(impatient.trusted().get("a")).isEqualTo("new");
    assertThat(impatient.count("renewals")).isPositive();
  }

  private boolean isCached(String id) {
    double hits = instance.count("hits");
    instance.get(id);
    return instance.count("hits") > hits;
  }

  private void awaitHit(String id, String value) {
    await().atMost(Rig.PATIENCE).until(() -> isCached(id));
    assertThat(instance.get(id)).isEqualTo(value);
  }

  private void assertNothingWasDropped() throws Exception {
    assertThat(rig.connections()).isEqualTo(connections);
    assertThat(generation()).isEqualTo(generation);
    await().atMost(Rig.PATIENCE).until(() -> instance.outage.reason().isEmpty());
  }

  private String generation() throws Exception {
    return rig.redis(Command.GET, rig.generationKey()).toString();
  }
}

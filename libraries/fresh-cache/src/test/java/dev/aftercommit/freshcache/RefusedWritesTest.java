package dev.aftercommit.freshcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.aftercommit.freshcache.Rig.Instance;
import io.vertx.redis.client.Command;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Redis is there and refuses writes, as in a fail-over; it is used again once it takes them. */
@Timeout(180)
class RefusedWritesTest {

  private Rig rig;
  private Instance instance;

  @BeforeEach
  void start() throws Exception {
    rig = new Rig();
    rig.insert("a", "old");
    instance = rig.instance().trusted();
    instance.get("a");
  }

  @AfterEach
  void stop() throws Exception {
    takeWrites();
    rig.close();
  }

  private void takeWrites() throws Exception {
    rig.redis(Command.CLIENT, "UNPAUSE");
    rig.redis(Command.CONFIG, "SET", "min-replicas-to-write", "0");
    rig.redis(Command.REPLICAOF, "NO", "ONE");
    rig.redis(Command.ACL, "SETUSER", "default", "+@all");
  }

  @Test
  void aServerThatLacksReplicasForAMomentIsUsedAgain() throws Exception {
    rig.redis(Command.CONFIG, "SET", "min-replicas-to-write", "1");

    isUsedAgainAfter("NOREPLICAS");
  }

  @Test
  void aServerThatIsAReplicaForAMomentIsUsedAgain() throws Exception {
    rig.redis(Command.REPLICAOF, "127.0.0.1", "1");

    isUsedAgainAfter("READONLY");
  }

  @Test
  void aUserThatMayNotWriteForAMomentUsesRedisAgain() throws Exception {
    rig.redis(Command.ACL, "SETUSER", "default", "-@write");

    isUsedAgainAfter("can't run this command");
  }

  private void isUsedAgainAfter(String reason) throws Exception {
    assertThat(instance.cache.invalidate("a", rig.change("a", "new"))).isFalse();
    assertThat(instance.get("a")).isEqualTo("new");
    instance.awaitOutage("RefusedException");
    instance.awaitOutage(reason);
    assertThatThrownBy(instance.caches::check).isInstanceOf(IOException.class);
    assertThat(instance.get("a")).as("Redis is not asked").isEqualTo("new");

    takeWrites();

    assertThat(instance.trusted().get("a")).isEqualTo("new");
    assertThat(instance.get("a")).isEqualTo("new");
    assertThat(instance.count("hits")).isEqualTo(1);
    await().atMost(Rig.PATIENCE).until(() -> instance.outage.reason().isEmpty());
    instance.caches.check();
  }

  @Test
  void aServerThatIsTooLateWhileItIsToBeTrustedIsUsedLater() throws Exception {
    rig.redis(Command.CLIENT, "PAUSE", "120000", "WRITE");
    Instance next =
        rig.instance(rig.with(Duration.ofSeconds(5), Duration.ofMillis(200), Rig.PATIENCE));
    next.awaitOutage("no answer within 200 ms");

    rig.redis(Command.CLIENT, "UNPAUSE");

    assertThat(next.trusted().get("a")).isEqualTo("old");
  }

  @Test
  void anInvalidationThatIsRefusedLateIsMadeUpForByNewGenerations() throws Exception {
    Instance writer = rig.instance(rig.quick()).trusted();
    rig.redis(Command.CLIENT, "PAUSE", "120000", "WRITE");
    assertThat(writer.cache.invalidate("a", rig.change("a", "new"))).isFalse();
    rig.redis(Command.CONFIG, "SET", "min-replicas-to-write", "1");
    rig.redis(Command.CLIENT, "UNPAUSE");
    writer.awaitOutage("NOREPLICAS");
    assertThat(instance.get("a")).as("the limit of what is promised").isEqualTo("old");

    takeWrites();

    assertThat(writer.trusted().get("a")).isEqualTo("new");
    assertThat(writer.count("renewals")).isEqualTo(1);
    assertThat(instance.get("a")).isEqualTo("new");
  }

  @Test
  void anErrorWhileConnectingDoesNotEndTheSearch() {
    rig.nextFailure.set(new LinkageError("a class is missing"));
    Instance next = rig.instance();

    assertThat(next.trusted().get("a")).isEqualTo("old");
    assertThat(rig.nextFailure).hasValue(null);
  }
}

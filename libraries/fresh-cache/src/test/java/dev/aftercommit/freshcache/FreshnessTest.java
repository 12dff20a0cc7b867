package dev.aftercommit.freshcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aftercommit.freshcache.Rig.Instance;
import io.vertx.redis.client.Command;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Interleavings of readers, writers and losses that make an ordinary cache lie, each forced. */
@Timeout(120)
class FreshnessTest {

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private Rig rig;
  private Instance one;
  private Instance two;

  @BeforeEach
  void start() throws Exception {
    rig = new Rig();
    one = rig.instance().trusted();
    two = rig.instance().trusted();
    rig.insert("a", "old");
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
    rig.close();
  }

  /** A reader that has loaded and is held before its fill. */
  private final class HeldReader {

    private final CountDownLatch loaded = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final CompletableFuture<String> answer;

    HeldReader(Instance instance) throws Exception {
      answer =
          CompletableFuture.supplyAsync(
              () ->
                  instance.cache.get(
                      "a",
                      () -> {
                        Versioned<String> value = instance.load("a");
                        loaded.countDown();
                        await(goOn);
                        return value;
                      }),
              threads);
      await(loaded);
    }

    String finish() {
      goOn.countDown();
      return answer.orTimeout(30, TimeUnit.SECONDS).join();
    }
  }

  @Test
  void aSecondReadComesFromRedisAlsoInAnotherProcess() {
    assertThat(one.get("a")).isEqualTo("old");
    assertThat(one.get("a")).isEqualTo("old");
    assertThat(two.get("a")).isEqualTo("old");

    assertThat(one.loads).hasValue(1);
    assertThat(two.loads).hasValue(0);
    assertThat(one.count("misses")).isEqualTo(1);
    assertThat(one.count("fills")).isEqualTo(1);
    assertThat(one.count("hits") + two.count("hits")).isEqualTo(2);
  }

  @Test
  void anOldSnapshotIsNotFilledAfterTheInvalidation() throws Exception {
    HeldReader reader = new HeldReader(one);
    long version = rig.change("a", "new");
    assertThat(two.cache.invalidate("a", version)).isTrue();

    assertThat(reader.finish()).as("it began before the commit").isEqualTo("old");

    assertThat(one.count("fills.refused")).isEqualTo(1);
    assertThat(one.get("a")).isEqualTo("new");
    assertThat(two.get("a")).isEqualTo("new");
  }

  @Test
  void aValueFilledBetweenCommitAndInvalidationIsRemoved() throws Exception {
    HeldReader reader = new HeldReader(one);
    long version = rig.change("a", "new");
    reader.finish();
    assertThat(two.get("a")).as("not acknowledged yet").isEqualTo("old");

    two.cache.invalidate("a", version);

    assertThat(one.get("a")).isEqualTo("new");
    assertThat(one.count("fills")).isEqualTo(2);
  }

  @Test
  void invalidatingBeforeTheCommitIsRefused() {
    one.inTransaction = true;

    assertThatThrownBy(() -> one.cache.invalidate("a", 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("invalidate after its commit");
    assertThatThrownBy(() -> one.cache.invalidateAll()).isInstanceOf(IllegalStateException.class);
  }

  /** The wrong order, done by a writer that bypasses the guard, is healed by the right one. */
  @Test
  void aReaderBetweenAnEarlyInvalidationAndTheCommitLeavesNothingOldBehind() throws Exception {
    one.get("a");
    try (Connection writer = rig.connect()) {
      writer.setAutoCommit(false);
      long version = Rig.change(writer, "a", "new");
      two.cache.invalidate("a", version);
      assertThat(one.get("a")).as("not committed").isEqualTo("old");
      assertThat(one.count("fills.refused")).as("the tombstone knows a newer version").isEqualTo(1);
      writer.commit();
    }

    assertThat(one.get("a")).isEqualTo("new");
  }

  @Test
  void aRolledBackChangeLeavesNoTrace() throws Exception {
    one.get("a");
    try (Connection writer = rig.connect()) {
      writer.setAutoCommit(false);
      Rig.change(writer, "a", "never");
      one.inTransaction = true;
      String inside = one.cache.get("a", () -> loadOn(writer));
      assertThat(inside).isEqualTo("never");
      one.inTransaction = false;
      writer.rollback();
    }

    assertThat(one.get("a")).isEqualTo("old");
    assertThat(two.get("a")).isEqualTo("old");
    assertThat(one.loads).hasValue(1);
    assertThat(one.count("bypasses")).isEqualTo(1);
    assertThat(one.count("invalidations")).isZero();
  }

  @Test
  void aBulkChangeBetweenReadAndFillRefusesTheFill() throws Exception {
    HeldReader reader = new HeldReader(one);
    rig.execute("UPDATE item SET value = 'reset'");
    assertThat(two.cache.invalidateAll()).isTrue();

    assertThat(reader.finish()).isEqualTo("old");

    assertThat(one.count("fills.refused")).isEqualTo(1);
    assertThat(one.get("a")).isEqualTo("reset");
  }

  @Test
  void aBulkChangeDropsEverythingThoughVersionsStay() throws Exception {
    rig.insert("b", "old");
    one.get("a");
    one.get("b");
    rig.execute("UPDATE item SET value = 'reset'");
    two.cache.invalidateAll();

    assertThat(one.get("a")).isEqualTo("reset");
    assertThat(two.get("b")).isEqualTo("reset");
    assertThat(two.count("generations")).isEqualTo(1);
  }

  @Test
  void aLateInvalidationRemovesNothingNewer() throws Exception {
    long first = rig.change("a", "newer");
    long second = rig.change("a", "newest");
    two.cache.invalidate("a", second);
    one.get("a");

    two.cache.invalidate("a", first);
    two.cache.invalidate("a", second);

    assertThat(one.get("a")).isEqualTo("newest");
    assertThat(one.loads).hasValue(1);
  }

  @Test
  void theSameInvalidationAgainDoesNotDisturbTheReaderThatLoadsTheNewValue() throws Exception {
    long version = rig.change("a", "new");
    two.cache.invalidate("a", version);
    HeldReader reader = new HeldReader(one);

    two.cache.invalidate("a", version);

    assertThat(reader.finish()).isEqualTo("new");
    assertThat(one.count("fills")).isEqualTo(1);
  }

  @Test
  void ofThreeReadersAndTwoWritersTheNewestValueRemains() throws Exception {
    Instance three = rig.instance().trusted();
    HeldReader first = new HeldReader(one);
    long v1 = rig.change("a", "v1");
    one.cache.invalidate("a", v1);
    HeldReader second = new HeldReader(two);
    long v2 = rig.change("a", "v2");
    HeldReader third;
    two.cache.invalidate("a", v2);
    third = new HeldReader(three);

    assertThat(third.finish()).isEqualTo("v2");
    assertThat(first.finish()).isEqualTo("old");
    assertThat(second.finish()).isEqualTo("v1");

    assertThat(one.count("fills.refused")).isEqualTo(1);
    assertThat(two.count("fills.refused")).isEqualTo(1);
    assertThat(three.count("fills")).isEqualTo(1);
    assertThat(List.of(one.get("a"), two.get("a"), three.get("a"))).containsOnly("v2");
    assertThat(one.count("hits") + two.count("hits") + three.count("hits")).isEqualTo(3);
  }

  /** The second load would be answered by the snapshot of a transaction that began long ago. */
  @Test
  void aLoadFromASnapshotOlderThanTheTombstoneIsRefused() throws Exception {
    try (Connection snapshot = rig.connect()) {
      snapshot.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      snapshot.setAutoCommit(false);
      Rig.load(snapshot, "a");
      two.cache.invalidate("a", rig.change("a", "new"));

      one.cache.get("a", () -> loadOn(snapshot));
      snapshot.rollback();
    }

    assertThat(one.count("fills.refused")).isEqualTo(1);
    assertThat(two.get("a")).isEqualTo("new");
  }

  @Test
  void flushallBetweenReadAndFillRefusesTheFill() throws Exception {
    HeldReader reader = new HeldReader(one);
    two.cache.invalidate("a", rig.change("a", "new"));
    rig.redis(Command.FLUSHALL);
    two.cache.get("other", () -> new Versioned<>("begins a new generation", 0));

    reader.finish();

    assertThat(one.count("fills.refused")).isEqualTo(1);
    assertThat(one.get("a")).isEqualTo("new");
  }

  @Test
  void evictionOfTheTombstoneOrOfTheGenerationBetweenReadAndFillRefusesTheFill() throws Exception {
    HeldReader reader = new HeldReader(one);
    two.cache.invalidate("a", rig.change("a", "new"));
    rig.redis(Command.DEL, rig.entryKey("a"));
    reader.finish();
    assertThat(one.get("a")).isEqualTo("new");

    two.cache.invalidate("a", rig.change("a", "newer"));
    HeldReader other = new HeldReader(one);
    long version = rig.change("a", "newest");
    two.cache.invalidate("a", version);
    rig.redis(Command.DEL, rig.generationKey());
    rig.redis(Command.DEL, rig.entryKey("a"));
    other.finish();

    assertThat(two.get("a")).isEqualTo("newest");
    assertThat(one.count("fills.refused")).isEqualTo(2);
  }

  @Test
  void evictionOfTheLeaseCostsAFillAndNothingElse() throws Exception {
    HeldReader reader = new HeldReader(one);
    rig.redis(Command.DEL, rig.leaseKey("a"));

    assertThat(reader.finish()).isEqualTo("old");

    assertThat(one.count("fills.refused")).isEqualTo(1);
    assertThat(two.get("a")).isEqualTo("old");
    assertThat(two.count("fills")).isEqualTo(1);
  }

  @Test
  void anEntryThatIsNoEntryIsCountedAndOverwritten() throws Exception {
    one.get("a");
    rig.redis(Command.SET, rig.entryKey("a"), "garbage");
    assertThat(one.get("a")).isEqualTo("old");
    assertThat(one.count("corrupt")).isEqualTo(1);

    String entry = rig.redis(Command.GET, rig.entryKey("a")).toString();
    rig.redis(Command.SET, rig.entryKey("a"), entry.replaceAll("old$", "qld"));
    assertThat(one.get("a")).as("a flipped bit").isEqualTo("old");
    assertThat(one.count("corrupt")).isEqualTo(2);

    rig.redis(Command.SET, rig.entryKey("a"), entry.replaceAll("ld$", ""));
    assertThat(one.get("a")).as("half an entry").isEqualTo("old");
    assertThat(one.count("corrupt")).isEqualTo(3);

    rig.redis(Command.DEL, rig.entryKey("a"));
    rig.redis(Command.LPUSH, rig.entryKey("a"), "not even a text");
    assertThat(one.get("a")).isEqualTo("old");

    rig.redis(Command.DEL, rig.generationKey());
    rig.redis(Command.LPUSH, rig.generationKey(), "not a word");
    assertThat(one.get("a")).isEqualTo("old");

    assertThat(one.get("a")).isEqualTo("old");
    assertThat(one.count("hits")).isEqualTo(1);
    assertThat(one.loads).hasValue(6);
  }

  @Test
  void aTooLargeValueIsAnsweredButNotCached() throws Exception {
    String large = "x".repeat(2000);
    rig.change("a", large);

    assertThat(one.get("a")).isEqualTo(large);
    assertThat(two.get("a")).isEqualTo(large);

    assertThat(one.count("oversized")).isEqualTo(1);
    assertThat(two.loads).hasValue(1);
  }

  @Test
  void aLoaderThatFailsTellsItsCallerAndHoldsUpNobody() {
    assertThatThrownBy(
            () ->
                one.cache.get(
                    "a",
                    () -> {
                      throw new IllegalStateException("no such row");
                    }))
        .hasMessage("no such row");

    assertThat(two.get("a")).isEqualTo("old");
    assertThat(two.count("fills")).isEqualTo(1);
  }

  @Test
  void ofManyReadersAtOnceOneLoads() throws Exception {
    HeldReader loader = new HeldReader(one);
    List<CompletableFuture<String>> readers = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      readers.add(CompletableFuture.supplyAsync(() -> one.get("a"), threads));
      readers.add(CompletableFuture.supplyAsync(() -> two.get("a"), threads));
    }

    loader.finish();

    assertThat(readers).allSatisfy(r -> assertThat(r.get(30, TimeUnit.SECONDS)).isEqualTo("old"));
    assertThat(one.loads.get() + two.loads.get()).isEqualTo(1);
  }

  @Test
  void aReaderThatBeganAfterTheAcknowledgementDoesNotShareAnOlderLoad() throws Exception {
    HeldReader loader = new HeldReader(one);
    two.cache.invalidate("a", rig.change("a", "new"));
    CompletableFuture<String> later = CompletableFuture.supplyAsync(() -> one.get("a"), threads);

    assertThat(later.get(30, TimeUnit.SECONDS)).isEqualTo("new");

    assertThat(loader.finish()).isEqualTo("old");
    assertThat(one.get("a")).isEqualTo("new");
  }

  private static Versioned<String> loadOn(Connection connection) {
    try {
      return Rig.load(connection, "a");
    } catch (java.sql.SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

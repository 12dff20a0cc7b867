package dev.aftercommit.relay.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aftercommit.outbox.Shards;
import dev.aftercommit.relay.OutboxDatabase;
import dev.aftercommit.relay.cursor.Cursor;
import dev.aftercommit.relay.cursor.Cursor.Window;
import dev.aftercommit.relay.lease.ShardStore.Heartbeat;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ShardStoreTest {

  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Cursor MOVED = new Cursor(new Window("10:10:", 10, 7), null, 0);

  private OutboxDatabase outbox;

  @BeforeEach
  void open() throws SQLException {
    outbox = new OutboxDatabase();
  }

  @AfterEach
  void close() {
    outbox.close();
  }

  @Test
  void aRelayAloneOwnsAllShards() throws SQLException {
    Heartbeat alone = store("a", LONG).beat();

    assertThat(alone.epochs()).hasSize(Shards.COUNT).containsValue(1L);
    assertThat(alone.fairShare()).isEqualTo(Shards.COUNT);
  }

  @Test
  void aSecondRelayGetsHalfOnceTheFirstHasReleasedIt() throws SQLException {
    ShardStore first = store("a", LONG);
    ShardStore second = store("b", LONG);
    first.beat();
    assertThat(second.beat().epochs()).isEmpty();

    Heartbeat crowded = first.beat();
    List<Short> surplus =
        crowded.epochs().keySet().stream()
            .limit(crowded.epochs().size() - crowded.fairShare())
            .toList();
    first.release(surplus);

    assertThat(second.beat().epochs().keySet()).containsExactlyInAnyOrderElementsOf(surplus);
    assertThat(first.beat().epochs()).hasSize(Shards.COUNT - surplus.size());
  }

  @Test
  void theShardsOfASilentRelayGoToTheOtherWithItsCursorAndAHigherEpoch() throws SQLException {
    ShardStore silent = store("silent", SHORT);
    Map<Short, Long> held = silent.beat().epochs();
    assertThat(silent.save(held, MOVED, Map.of((short) 0, 5L))).hasSize(Shards.COUNT);

    ShardStore successor = store("successor", LONG);
    await().until(() -> successor.beat().epochs().size() == Shards.COUNT);

    assertThat(successor.beat().epochs()).containsValue(2L).doesNotContainValue(1L);
    assertThat(successor.cursors(List.of((short) 3))).containsEntry((short) 3, MOVED);
  }

  @Test
  void anOwnerThatSleptThroughItsLeaseCannotMoveTheCursor() throws SQLException {
    ShardStore zombie = store("zombie", SHORT);
    Map<Short, Long> held = zombie.beat().epochs();
    ShardStore successor = store("successor", LONG);
    await().until(() -> successor.beat().epochs().size() == Shards.COUNT);

    Set<Short> saved = zombie.save(held, MOVED, Map.of());

    assertThat(saved).isEmpty();
    assertThat(successor.cursors(List.of((short) 0)).get((short) 0)).isNotEqualTo(MOVED);
  }

  @Test
  void anOwnerThatComesBackOwnsNothingOfWhatWasTaken() throws SQLException {
    ShardStore zombie = store("zombie", SHORT);
    zombie.beat();
    ShardStore successor = store("successor", LONG);
    await().until(() -> successor.beat().epochs().size() == Shards.COUNT);

    assertThat(zombie.beat().epochs()).isEmpty();
    assertThat(zombie.beat().fairShare()).isEqualTo(Shards.COUNT / 2);
  }

  @Test
  void aRelayThatLeavesHandsItsShardsOverAtOnce() throws SQLException {
    ShardStore leaving = store("leaving", LONG);
    leaving.beat();
    leaving.leave();

    assertThat(store("next", LONG).beat().epochs()).hasSize(Shards.COUNT);
  }

  private ShardStore store(String instance, Duration lease) {
    return new ShardStore(outbox.asRelay(), instance, lease);
  }
}

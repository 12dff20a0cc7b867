package dev.aftercommit.consumer;

import static dev.aftercommit.consumer.ConsumerDatabase.hired;
import static dev.aftercommit.consumer.ConsumerDatabase.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.inbox.InboxCounts;
import dev.aftercommit.stack.testing.SharedServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a batch when the database refuses it or is away. */
class BatchSettlerTest {

  private static final List<String> GOOD =
      IntStream.range(0, 9).mapToObj(i -> "good-" + i).toList();

  private ConsumerDatabase database;

  @BeforeEach
  void createDatabase() throws Exception {
    database = new ConsumerDatabase();
  }

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  @Test
  void aMessageThatTheDatabaseRefusesIsIsolatedAndParked() throws Exception {
    database.settler().settle(goodOnesAround(ConsumerDatabase.REFUSED));
    assertThat(database.effects()).isEqualTo(GOOD);
    assertThat(database.parked()).containsExactly(BatchSettler.REFUSED);
    assertThat(database.counts()).isEqualTo(new InboxCounts(9, 0, 1));
  }

  @Test
  void aMessageThatTheHandlerFailsOnIsIsolatedAndParked() throws Exception {
    database.settler().settle(goodOnesAround(ConsumerDatabase.BUG));
    assertThat(database.effects()).isEqualTo(GOOD);
    assertThat(database.parked()).containsExactly(BatchSettler.FAILED);
    assertThat(database.counts()).isEqualTo(new InboxCounts(9, 0, 1));
  }

  @Test
  void aDatabaseThatIsAwayIsWaitedForAndNothingIsParked() throws Exception {
    CompletableFuture<Void> settled;
    SharedServers.get().postgres().stop();
    try {
      settled = CompletableFuture.runAsync(() -> settle(read(hired("1"))));
      assertThat(settled).failsWithin(Duration.ofMillis(500));
    } finally {
      SharedServers.get().postgres().start();
    }
    settled.get(30, TimeUnit.SECONDS);
    assertThat(database.effects()).containsExactly("1");
    assertThat(database.counts()).isEqualTo(new InboxCounts(1, 0, 0));
  }

  private static List<Reading> goodOnesAround(String bad) {
    List<RawMessage> batch = new ArrayList<>(GOOD.stream().map(ConsumerDatabase::hired).toList());
    batch.add(5, hired(bad));
    return read(batch.toArray(RawMessage[]::new));
  }

  private void settle(List<Reading> batch) {
    try {
      database.settler().settle(batch);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

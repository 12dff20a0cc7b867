package dev.aftercommit.consumer;

import static dev.aftercommit.consumer.ConsumerDatabase.hired;
import static dev.aftercommit.consumer.ConsumerDatabase.read;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aftercommit.inbox.InboxCounts;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What comes again, and what is tried again. */
@Timeout(60)
class BatchRetryTest {

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
  void anEventTwiceInABatchAndAgainInTheNextTakesEffectOnce() throws Exception {
    RawMessage event = hired("a");

    database.settler().settle(read(event, event, hired("b")));
    database.settler().settle(read(event));

    assertThat(database.effects()).containsExactly("a", "b");
    assertThat(database.counts()).isEqualTo(new InboxCounts(2, 2, 0));
  }

  @Test
  void whatCannotBeReadIsParkedOnceHoweverOftenItIsDelivered() throws Exception {
    RawMessage withId =
        new RawMessage(null, UUID.randomUUID().toString(), "x".getBytes(UTF_8), false);
    RawMessage withoutId = new RawMessage("type", null, "y".getBytes(UTF_8), false);
    RawMessage again = new RawMessage("type", null, "y".getBytes(UTF_8), true);

    database.settler().settle(read(withId, hired("a"), withoutId));
    database.settler().settle(read(withId, again));

    assertThat(database.effects()).containsExactly("a");
    assertThat(database.parked()).containsExactly("MISSING_TYPE", "MISSING_ID");
    assertThat(database.counts()).isEqualTo(new InboxCounts(1, 2, 2));
  }

  @Test
  void poisonWithTextThatPostgresqlCannotStoreIsParkedAllTheSame() throws Exception {
    RawMessage poison = new RawMessage("a\0b", "c\0d", new byte[] {0, 1}, false);

    database.settler().settle(read(poison, hired("a")));

    assertThat(database.effects()).containsExactly("a");
    assertThat(database.parked()).hasSize(1);
  }

  @Test
  void aConnectionThatBreaksInTheMiddleCostsATryAndNothingElse() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    EventHandler handler =
        (connection, events) -> {
          ConsumerDatabase.apply(connection, events);
          if (calls.incrementAndGet() == 1) {
            ConsumerDatabase.execute(connection, "SELECT pg_terminate_backend(pg_backend_pid())");
          }
        };

    database.settler(handler).settle(read(hired("a"), hired("b")));

    assertThat(database.effects()).containsExactly("a", "b");
    assertThat(database.counts()).isEqualTo(new InboxCounts(2, 0, 0));
  }

  @Test
  void aConflictIsTriedAgainUntilItIsGone() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    EventHandler handler =
        (connection, events) -> {
          if (calls.incrementAndGet() <= 7) {
            ConsumerDatabase.execute(
                connection,
                "DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END $$");
          }
          ConsumerDatabase.apply(connection, events);
        };

    database.settler(handler).settle(read(hired("a")));

    assertThat(calls).hasValue(8);
    assertThat(database.effects()).containsExactly("a");
    assertThat(database.counts()).isEqualTo(new InboxCounts(1, 0, 0));
  }

  @Test
  void aMissingTableIsNoFaultOfTheMessagesWhichWaitUntilItIsThere() throws Exception {
    database.execute("ALTER TABLE effect RENAME TO gone");
    CountDownLatch tries = new CountDownLatch(2);
    FutureTask<Boolean> settling = settling(tries);
    Thread.ofVirtual().start(settling);
    tries.await();

    database.execute("ALTER TABLE gone RENAME TO effect");

    assertThat(settling.get()).isTrue();
    assertThat(database.effects()).containsExactly("a");
    assertThat(database.counts()).isEqualTo(new InboxCounts(1, 0, 0));
  }

  @Test
  void aStopEndsTheWaitForTheDatabaseAndNothingIsSettled() throws Exception {
    database.execute("ALTER TABLE effect RENAME TO gone");
    CountDownLatch tries = new CountDownLatch(1);
    FutureTask<Boolean> settling = settling(tries);
    Thread thread = Thread.ofPlatform().start(settling);
    tries.await();

    thread.interrupt();

    assertThatThrownBy(settling::get).hasCauseInstanceOf(InterruptedException.class);
    assertThat(database.counts()).isEqualTo(new InboxCounts(0, 0, 0));
  }

  private FutureTask<Boolean> settling(CountDownLatch tries) {
    List<Reading> batch = read(hired("a"));
    BatchSettler settler =
        database.settler(
            (connection, events) -> {
              tries.countDown();
              ConsumerDatabase.apply(connection, events);
            });
    return new FutureTask<>(
        () -> {
          settler.settle(batch);
          return true;
        });
  }
}

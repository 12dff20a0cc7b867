package dev.aftercommit.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages are new once, whoever asks, and only what commits counts. */
class InboxTest {

  private static final UUID A = new UUID(0, 1);
  private static final UUID M = new UUID(0, 2);
  private static final UUID Z = new UUID(0, 3);

  private InboxDatabase database;
  private final ExecutorService others = Executors.newVirtualThreadPerTaskExecutor();

  @BeforeEach
  void createDatabase() throws Exception {
    database = new InboxDatabase();
  }

  @AfterEach
  void dropDatabase() {
    others.shutdownNow();
    database.close();
  }

  @Test
  void aMessageIsNewOnceAndADuplicateIsCounted() throws SQLException {
    assertThat(record(A, Z)).containsExactlyInAnyOrder(A, Z);
    assertThat(record(Z, M)).containsExactly(M);
    assertThat(database.counts()).isEqualTo(new InboxCounts(3, 1, 0));
  }

  @Test
  void aMessageTwiceInOneBatchIsNewOnce() throws SQLException {
    assertThat(record(A, A, A)).containsExactly(A);
    assertThat(database.counts()).isEqualTo(new InboxCounts(1, 2, 0));
  }

  @Test
  void whatIsRolledBackCountsAsNeverSeen() throws SQLException {
    try (Connection connection = database.begin()) {
      Inbox.recordNew(connection, List.of(A, A));
      connection.rollback();
    }
    assertThat(database.counts()).isEqualTo(new InboxCounts(0, 0, 0));
    assertThat(record(A)).containsExactly(A);
  }

  @Test
  void outsideATransactionItRefusesAndNamesTheFix() throws SQLException {
    try (Connection connection = database.connect()) {
      assertThatThrownBy(() -> Inbox.recordNew(connection, List.of(A)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("setAutoCommit(false)");
    }
  }

  @Test
  void theSecondOfTwoAtOnceWaitsAndSeesADuplicateAfterTheCommit() throws Exception {
    Future<Set<UUID>> second;
    try (Connection first = database.begin()) {
      Inbox.recordNew(first, List.of(A));
      second = others.submit(() -> record(A));
      await().until(() -> database.waiting() == 1);
      first.commit();
    }
    assertThat(second.get(10, TimeUnit.SECONDS)).isEmpty();
  }

  @Test
  void theSecondOfTwoAtOnceSeesANewMessageAfterTheRollback() throws Exception {
    Future<Set<UUID>> second;
    try (Connection first = database.begin()) {
      Inbox.recordNew(first, List.of(A));
      second = others.submit(() -> record(A));
      await().until(() -> database.waiting() == 1);
      first.rollback();
    }
    assertThat(second.get(10, TimeUnit.SECONDS)).containsExactly(A);
  }

  /** The middle is held until both wait: unsorted, each would hold one end and want the other. */
  @Test
  void batchesInReversedOrderDoNotDeadlock() throws Exception {
    Future<Set<UUID>> forward;
    Future<Set<UUID>> backward;
    try (Connection middle = database.begin()) {
      Inbox.recordNew(middle, List.of(M));
      forward = others.submit(() -> record(A, M, Z));
      await().until(() -> database.waiting() == 1);
      backward = others.submit(() -> record(Z, M, A));
      await().until(() -> database.waiting() == 2);
      middle.rollback();
    }
    assertThat(forward.get(10, TimeUnit.SECONDS).size() + backward.get(10, TimeUnit.SECONDS).size())
        .isEqualTo(3);
  }

  private Set<UUID> record(UUID... ids) throws SQLException {
    try (Connection connection = database.begin()) {
      Set<UUID> fresh = Inbox.recordNew(connection, List.of(ids));
      connection.commit();
      return fresh;
    }
  }
}

package dev.aftercommit.relay.cursor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.aftercommit.outbox.OutboxAppender;
import dev.aftercommit.outbox.OutboxEvent;
import dev.aftercommit.outbox.Shards;
import dev.aftercommit.relay.OutboxDatabase;
import dev.aftercommit.relay.cursor.Cursor.Window;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

class OutboxReaderTest {

  private static final List<Short> ALL_SHARDS =
      IntStream.range(0, Shards.COUNT).mapToObj(shard -> (short) shard).toList();

  private OutboxDatabase outbox;
  private OutboxReader reader;
  private Cursor cursor = Cursor.at(new Window("3:3:", 3, 0));

  @BeforeEach
  void open() throws SQLException {
    outbox = new OutboxDatabase();
    reader = new OutboxReader(outbox.asRelay(), 10);
  }

  @AfterEach
  void close() throws SQLException {
    reader.close();
    outbox.close();
  }

  @Test
  void anEventWhoseTransactionCommitsAfterLaterOnesIsStillRead() throws SQLException {
    try (Connection early = outbox.begin()) {
      OutboxEvent late = OutboxDatabase.event("employee/1", "drawn first, committed last");
      OutboxAppender.append(early, List.of(late));
      OutboxEvent overtaking = outbox.commitEvent("employee/2", "committed first");

      assertThat(readAll()).containsExactly(overtaking.id());

      early.commit();
      assertThat(readAll()).containsExactly(late.id());
      assertThat(readAll()).isEmpty();
    }
  }

  @Test
  void anEventOfARunningTransactionThatNoSnapshotListsIsStillRead() throws SQLException {
    // The newest transaction is above the snapshot's xmax, not in its list, and has drawn its
    // position already.
    try (Connection newest = outbox.begin()) {
      OutboxEvent event = OutboxDatabase.event("employee/1", "running");
      OutboxAppender.append(newest, List.of(event));

      assertThat(readAll()).isEmpty();
      assertThat(readAll()).isEmpty();

      newest.commit();
      assertThat(readAll()).containsExactly(event.id());
    }
  }

  @Test
  void theVeryFirstEventIsReadByARelayThatWasThereBefore() throws SQLException {
    assertThat(readAll()).isEmpty();

    OutboxEvent first = outbox.commitEvent("employee/1", "first ever");

    assertThat(readAll()).containsExactly(first.id());
  }

  @Test
  void aTransactionThatGoesOnAppendingAcrossWindowsIsReadInFullOnce() throws SQLException {
    try (Connection slow = outbox.begin()) {
      List<UUID> ofSlow = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        OutboxEvent event = OutboxDatabase.event("employee/1", "part " + i);
        OutboxAppender.append(slow, List.of(event));
        ofSlow.add(event.id());
        OutboxEvent other = outbox.commitEvent("employee/2", "other " + i);
        assertThat(readAll()).containsExactly(other.id());
      }
      slow.commit();
      assertThat(readAll()).containsExactlyElementsOf(ofSlow);
    }
  }

  @Test
  void aRolledBackEventIsNeverRead() throws SQLException {
    try (Connection doomed = outbox.begin()) {
      OutboxAppender.append(doomed, List.of(OutboxDatabase.event("employee/1", "never")));
      doomed.rollback();
    }
    OutboxEvent next = outbox.commitEvent("employee/1", "real");

    assertThat(readAll()).containsExactly(next.id());
  }

  @Test
  void aLongTransactionElsewhereHoldsNothingBack() throws SQLException {
    try (Connection idle = outbox.begin();
        Statement statement = idle.createStatement()) {
      statement.execute("CREATE TABLE elsewhere (id int)");
      statement.execute("SELECT pg_current_xact_id()");
      for (int i = 0; i < 30; i++) {
        OutboxEvent event = outbox.commitEvent("employee/" + i, "flows");
        assertThat(readAll()).containsExactly(event.id());
      }
      idle.rollback();
    }
  }

  @Test
  void aBacklogLargerThanAPageIsReadInOrderOfPosition() throws SQLException {
    List<UUID> committed = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      committed.add(outbox.commitEvent("employee/7", "event " + i).id());
    }

    assertThat(readAll()).containsExactlyElementsOf(committed);
  }

  @Test
  void aCursorInTheMiddleOfAWindowGoesOnThereAndIgnoresWhatCameLater() throws SQLException {
    List<UUID> committed = new ArrayList<>();
    for (int i = 0; i < 15; i++) {
      committed.add(outbox.commitEvent("employee/7", "event " + i).id());
    }
    OutboxReader.Page first = reader.read(ALL_SHARDS, cursor, null);
    outbox.commitEvent("employee/7", "after the window was opened");

    try (OutboxReader successor = new OutboxReader(outbox.asRelay(), 10)) {
      OutboxReader.Page second = successor.read(ALL_SHARDS, first.end(), null);

      assertThat(ids(first.events())).containsExactlyElementsOf(committed.subList(0, 10));
      assertThat(first.endsWindow()).isFalse();
      assertThat(ids(second.events())).containsExactlyElementsOf(committed.subList(10, 15));
      assertThat(second.endsWindow()).isTrue();
    }
  }

  @Test
  void whatIsDeliveredIsNotLookedAtAgain() throws SQLException {
    for (int i = 0; i < 20; i++) {
      try (Connection connection = outbox.begin()) {
        OutboxAppender.append(
            connection,
            IntStream.range(0, 100)
                .mapToObj(n -> OutboxDatabase.event("employee/" + n, "history"))
                .toList());
        connection.commit();
      }
    }
    assertThat(readAll()).hasSize(2_000);
    assertThat(readAll()).isEmpty(); // the ceiling of a window is the position known before it
    reader.close();
    String entriesRead =
        "SELECT coalesce(sum(idx_tup_read), 0) FROM pg_stat_user_indexes WHERE schemaname = 'outbox'"
            + " AND relname LIKE 'event%'";
    await().until(() -> outbox.count(entriesRead) >= 2_000); // a session reports when it ends
    long before = outbox.count(entriesRead);

    reader = new OutboxReader(outbox.asRelay(), 10);
    try (Connection listed = outbox.begin()) { // so that there is something to look up by xid
      OutboxAppender.append(listed, List.of(OutboxDatabase.event("employee/1", "open")));
      for (int poll = 0; poll < 20; poll++) {
        outbox.commitEvent("employee/2", "new");
        assertThat(readAll()).hasSize(1);
      }
    }
    reader.close();
    await().until(() -> outbox.count(entriesRead) - before >= 20);

    assertThat(outbox.count(entriesRead) - before).isLessThan(500);
  }

  @Test
  void positionsThatAreDrawnAgainEndTheReadingInsteadOfPassingEventsOver() throws SQLException {
    for (int i = 0; i < 25; i++) {
      outbox.commitEvent("employee/1", "before");
    }
    assertThat(readAll()).hasSize(25);
    assertThat(readAll()).isEmpty(); // the ceiling is the position known before
    outbox.count("SELECT setval('outbox.event_position', 5)");
    outbox.commitEvent("employee/1", "after");

    assertThatThrownBy(this::readAll).isInstanceOf(RewoundOutboxException.class);
  }

  @Test
  void positionsThatAreDrawnAgainAreNoticedAlsoOnceTheSequenceHasCaughtUp() throws SQLException {
    for (int i = 0; i < 25; i++) {
      outbox.commitEvent("employee/1", "before");
    }
    assertThat(readAll()).hasSize(25);
    assertThat(readAll()).isEmpty();
    outbox.count("SELECT setval('outbox.event_position', 5)");
    for (int i = 0; i < 40; i++) {
      outbox.commitEvent("employee/1", "after");
    }

    assertThatThrownBy(this::readAll).isInstanceOf(RewoundOutboxException.class);
  }

  @Test
  void anOutboxWithTransactionsOfAnotherClusterIsRefusedWithTheCommandThatMendsIt()
      throws SQLException {
    OutboxEvent event = outbox.commitEvent("employee/1", "restored");
    outbox.execute("UPDATE outbox.event SET xid = '900000000000'");

    assertThatThrownBy(reader::moment)
        .isInstanceOf(RewoundOutboxException.class)
        .hasMessageContaining("UPDATE outbox.event SET xid = pg_current_xact_id()");

    outbox.execute("UPDATE outbox.event SET xid = pg_current_xact_id()");
    assertThat(reader.moment().isAfter(cursor)).isTrue();
    assertThat(readAll()).containsExactly(event.id());
  }

  @Test
  void aCursorAheadOfTheDatabaseIsRecognised() throws SQLException {
    outbox.commitEvent("employee/1", "one");
    readAll();
    readAll();
    Window known = cursor.delivered();
    Moment moment = reader.moment();

    assertThat(moment.isAfter(cursor)).isTrue();
    assertThat(moment.isAfter(Cursor.at(new Window(known.snapshot(), known.horizon(), 2))))
        .isFalse();
    assertThat(moment.isAfter(Cursor.at(new Window(known.snapshot(), moment.nextXid(), 1))))
        .isFalse();
    assertThat(moment.isAfter(Cursor.at(new Window("3:%d:".formatted(moment.nextXid() + 1), 3, 1))))
        .isFalse();
    assertThat(moment.isAfter(cursor.within(known, 2))).isFalse();
  }

  @Test
  void aReaderThatCannotStartGivesItsConnectionBack() throws SQLException {
    AtomicInteger closed = new AtomicInteger();
    try (Connection connection = outbox.asRelay().getConnection()) {
      try (Connection other = outbox.asRelay().getConnection();
          Statement end = other.createStatement()) {
        end.execute(
            "SELECT pg_terminate_backend(%d)"
                .formatted(connection.unwrap(PGConnection.class).getBackendPID()));
      }
      PGSimpleDataSource dead =
          new PGSimpleDataSource() {
            @Override
            public Connection getConnection() {
              return (Connection)
                  Proxy.newProxyInstance(
                      getClass().getClassLoader(),
                      new Class<?>[] {Connection.class},
                      (proxy, method, arguments) -> {
                        if (method.getName().equals("close")) {
                          closed.incrementAndGet();
                        }
                        try {
                          return method.invoke(connection, arguments);
                        } catch (InvocationTargetException e) {
                          throw e.getCause();
                        }
                      });
            }
          };

      assertThatThrownBy(() -> new OutboxReader(dead, 10)).isInstanceOf(SQLException.class);
    }
    assertThat(closed).hasValue(1);
  }

  @Test
  void onlyTheAskedShardsAreRead() throws SQLException {
    OutboxEvent event = outbox.commitEvent("employee/7", "mine");
    short own = Shards.of("employee/7");
    List<Short> others = ALL_SHARDS.stream().filter(shard -> shard != own).toList();

    assertThat(reader.read(others, cursor, null).events()).isEmpty();
    assertThat(ids(reader.read(List.of(own), cursor, null).events())).containsExactly(event.id());
  }

  @Test
  void whatEightWritersCommitInAnyOrderIsReadOnceAndInOrderOfEachKey() throws Exception {
    long seed = 20_261_122;
    Queue<UUID> committed = new ConcurrentLinkedQueue<>();
    List<StoredEvent> read = new ArrayList<>();
    try (Statement keys = outbox.begin().createStatement()) {
      keys.execute("CREATE TABLE subject (key text PRIMARY KEY, version int NOT NULL)");
      keys.execute("INSERT INTO subject SELECT 'employee/' || n, 0 FROM generate_series(0, 11) n");
      keys.getConnection().commit();
      keys.getConnection().close();
    }
    try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
      List<Future<Void>> writers = new ArrayList<>();
      for (int writer = 0; writer < 8; writer++) {
        writers.add(pool.submit(writer(new Random(seed + writer), committed)));
      }
      while (writers.stream().anyMatch(writer -> !writer.isDone())) {
        read.addAll(readEvents());
      }
      for (Future<Void> writer : writers) {
        writer.get();
      }
    }
    read.addAll(readEvents());

    assertThat(ids(read)).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(committed);
    Map<String, Integer> newest = new HashMap<>();
    for (StoredEvent event : read) {
      int version = Integer.parseInt(new String(event.event().payload(), StandardCharsets.UTF_8));
      assertThat(version).isGreaterThan(newest.getOrDefault(event.key(), 0));
      newest.put(event.key(), version);
    }
  }

  /**
   * Changes one or two rows per transaction, keeps some open while others commit, rolls some back.
   */
  private Callable<Void> writer(Random random, Queue<UUID> committed) {
    return () -> {
      for (int i = 0; i < 60; i++) {
        try (Connection connection = outbox.begin()) {
          List<UUID> mine = new ArrayList<>();
          int first = random.nextInt(6);
          mine.add(change(connection, "employee/" + first));
          if (random.nextBoolean()) {
            mine.add(change(connection, "employee/" + (6 + random.nextInt(6))));
          }
          for (int spin = random.nextInt(4); spin > 0; spin--) {
            try (Statement pause = connection.createStatement()) {
              pause.execute("SELECT count(*) FROM subject");
            }
          }
          if (random.nextInt(5) == 0) {
            connection.rollback();
          } else {
            connection.commit();
            committed.addAll(mine);
          }
        }
      }
      return null;
    };
  }

  private static UUID change(Connection connection, String key) throws SQLException {
    try (Statement statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "UPDATE subject SET version = version + 1 WHERE key = '%s' RETURNING version"
                    .formatted(key))) {
      row.next();
      OutboxEvent event = OutboxDatabase.event(key, Integer.toString(row.getInt(1)));
      OutboxAppender.append(connection, List.of(event));
      return event.id();
    }
  }

  private List<UUID> readAll() throws SQLException {
    return ids(readEvents());
  }

  private List<StoredEvent> readEvents() throws SQLException {
    List<StoredEvent> events = new ArrayList<>();
    OutboxReader.Page page;
    do {
      page = reader.read(ALL_SHARDS, cursor, null);
      events.addAll(page.events());
      cursor = page.end();
    } while (!page.endsWindow());
    return events;
  }

  private static List<UUID> ids(List<StoredEvent> events) {
    return events.stream().map(event -> event.event().id()).toList();
  }
}

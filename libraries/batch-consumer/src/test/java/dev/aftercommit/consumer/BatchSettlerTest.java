package dev.aftercommit.consumer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.events.EmployeeChanged;
import dev.aftercommit.events.EmployeeChanged.Change;
import dev.aftercommit.events.EventJson;
import dev.aftercommit.events.EventType;
import dev.aftercommit.inbox.InboxCounts;
import dev.aftercommit.inbox.ParkedMessage;
import dev.aftercommit.inbox.ParkedMessages;
import dev.aftercommit.stack.testing.FreshDatabase;
import dev.aftercommit.stack.testing.SharedServers;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.InputStream;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Batches against a real database, with a handler that writes each employee into a table. */
class BatchSettlerTest {

  private static final long LIMIT_SECONDS = 30;

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final List<Integer> committed = new ArrayList<>();
  private FreshDatabase database;

  @BeforeEach
  void create() throws Exception {
    database = SharedServers.get().freshDatabase("consumer", "notification_service");
    try (InputStream schema = getClass().getResourceAsStream("/db/inbox/V001__inbox.sql")) {
      execute(new String(schema.readAllBytes(), UTF_8));
    }
    execute("CREATE TABLE effect (employee text PRIMARY KEY CHECK (employee <> 'refused'))");
  }

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void aBatchTakesEffectTogetherAndEachEventOnce() throws Exception {
    UUID id = UUID.randomUUID();
    Reading event = event(id, "a");

    settle(SimpleHandler.INSERT, List.of(event, event, event(UUID.randomUUID(), "b")));
    settle(SimpleHandler.INSERT, List.of(event));

    assertThat(effects()).containsExactly("a", "b");
    assertThat(counts()).isEqualTo(new InboxCounts(2, 2, 0));
    assertThat(committed).containsExactly(2);
  }

  @Test
  void whatTheDatabaseRefusesIsParkedAndTheRestOfItsBatchTakesEffect() throws Exception {
    List<Reading> batch = new ArrayList<>();
    IntStream.range(0, 20).forEach(i -> batch.add(event(UUID.randomUUID(), "e" + (10 + i))));
    batch.add(7, event(UUID.randomUUID(), "refused"));

    settle(SimpleHandler.INSERT, batch);

    assertThat(effects()).hasSize(20).doesNotContain("refused");
    assertThat(parked())
        .singleElement()
        .satisfies(
            message -> {
              assertThat(message.reason()).isEqualTo("REFUSED_BY_DATABASE");
              assertThat(message.detail()).contains("23514", "effect_employee_check");
              assertThat(new String(message.body(), UTF_8)).contains("refused");
            });
    assertThat(registry.counter("consumer.messages.applied").count()).isEqualTo(20);
    assertThat(
            registry.counter("consumer.messages.parked", "reason", "REFUSED_BY_DATABASE").count())
        .isEqualTo(1);
  }

  @Test
  void whatTheHandlerFailsOnIsParkedAndTheRestOfItsBatchTakesEffect() throws Exception {
    EventHandler handler =
        (connection, events) -> {
          if (employees(events).contains("broken")) {
            throw new IllegalStateException("defect");
          }
          SimpleHandler.INSERT.apply(connection, events);
        };

    settle(
        handler,
        List.of(
            event(UUID.randomUUID(), "a"),
            event(UUID.randomUUID(), "broken"),
            event(UUID.randomUUID(), "b")));

    assertThat(effects()).containsExactly("a", "b");
    assertThat(parked())
        .singleElement()
        .satisfies(
            message -> {
              assertThat(message.reason()).isEqualTo("FAILED");
              assertThat(message.detail()).contains("defect");
            });
  }

  @Test
  void whatCannotBeReadIsParkedOnceHoweverOftenItComes() throws Exception {
    Reading broken =
        Reading.of(new RawMessage(null, UUID.randomUUID().toString(), "x".getBytes(UTF_8), false));
    Reading withoutId = Reading.of(new RawMessage("type", null, "y".getBytes(UTF_8), false));
    Reading withoutIdAgain = Reading.of(new RawMessage("type", null, "y".getBytes(UTF_8), true));

    settle(SimpleHandler.INSERT, List.of(broken, event(UUID.randomUUID(), "a"), withoutId));
    settle(SimpleHandler.INSERT, List.of(broken, withoutIdAgain));

    assertThat(effects()).containsExactly("a");
    assertThat(parked())
        .extracting(ParkedMessage::reason)
        .containsExactly("MISSING_TYPE", "MISSING_ID");
    assertThat(counts()).isEqualTo(new InboxCounts(1, 2, 2));
  }

  @Test
  void poisonWithTextThatPostgresqlCannotStoreIsParkedAllTheSame() throws Exception {
    Reading poison = Reading.of(new RawMessage("a\0b", "c\0d", new byte[] {0, 1}, false));

    settle(SimpleHandler.INSERT, List.of(poison, event(UUID.randomUUID(), "a")));

    assertThat(effects()).containsExactly("a");
    assertThat(parked()).singleElement().satisfies(m -> assertThat(m.body()).containsExactly(0, 1));
  }

  @Test
  void aConnectionThatBreaksCostsATryAndNothingElse() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    EventHandler handler =
        (connection, events) -> {
          SimpleHandler.INSERT.apply(connection, events);
          if (calls.incrementAndGet() == 1) {
            run(connection, "SELECT pg_terminate_backend(pg_backend_pid())");
          }
        };

    settle(handler, List.of(event(UUID.randomUUID(), "a"), event(UUID.randomUUID(), "b")));

    assertThat(effects()).containsExactly("a", "b");
    assertThat(parked()).isEmpty();
    assertThat(counts()).isEqualTo(new InboxCounts(2, 0, 0));
    assertThat(registry.counter("consumer.batch.retries").count()).isEqualTo(1);
  }

  @Test
  void aConflictIsTriedAgainUntilItIsGone() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    EventHandler handler =
        (connection, events) -> {
          if (calls.incrementAndGet() <= 7) {
            run(
                connection,
                "DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END $$");
          }
          SimpleHandler.INSERT.apply(connection, events);
        };

    settle(handler, List.of(event(UUID.randomUUID(), "a")));

    assertThat(effects()).containsExactly("a");
    assertThat(parked()).isEmpty();
    assertThat(calls).hasValue(8);
  }

  @Test
  void aMissingTableIsNoFaultOfTheMessagesWhichWaitUntilItIsThere() throws Exception {
    execute("ALTER TABLE effect RENAME TO gone");
    CountDownLatch failed = new CountDownLatch(2);
    EventHandler handler =
        (connection, events) -> {
          failed.countDown();
          SimpleHandler.INSERT.apply(connection, events);
        };
    AtomicReference<Exception> problem = new AtomicReference<>();
    Thread settling =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    settle(handler, List.of(event(UUID.randomUUID(), "a")));
                  } catch (InterruptedException e) {
                    problem.set(e);
                  }
                });
    assertThat(failed.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();

    execute("ALTER TABLE gone RENAME TO effect");
    settling.join();

    assertThat(problem.get()).isNull();
    assertThat(effects()).containsExactly("a");
    assertThat(parked()).isEmpty();
  }

  @Test
  void aStopEndsTheWaitForTheDatabaseWithoutSettlingAnything() throws Exception {
    execute("ALTER TABLE effect RENAME TO gone");
    AtomicReference<Exception> ended = new AtomicReference<>();
    CountDownLatch failed = new CountDownLatch(1);
    EventHandler handler =
        (connection, events) -> {
          failed.countDown();
          SimpleHandler.INSERT.apply(connection, events);
        };
    Thread settling =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    settle(handler, List.of(event(UUID.randomUUID(), "a")));
                  } catch (InterruptedException e) {
                    ended.set(e);
                  }
                });
    assertThat(failed.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();

    settling.interrupt();
    settling.join();

    assertThat(ended.get()).isInstanceOf(InterruptedException.class);
    assertThat(counts()).isEqualTo(new InboxCounts(0, 0, 0));
  }

  private void settle(EventHandler handler, List<Reading> batch) throws InterruptedException {
    EventHandler noting =
        new EventHandler() {
          @Override
          public void apply(Connection connection, List<ReceivedEvent> events) throws SQLException {
            handler.apply(connection, events);
          }

          @Override
          public void committed(List<ReceivedEvent> events) {
            committed.add(events.size());
          }
        };
    new BatchSettler(
            new BatchTransaction(database.dataSource(), noting),
            new ConsumerMetrics(registry),
            TestConfig.CONFIG)
        .settle(batch);
  }

  /** The effect of an event is a row. */
  private enum SimpleHandler implements EventHandler {
    INSERT;

    @Override
    public void apply(Connection connection, List<ReceivedEvent> events) throws SQLException {
      for (String employee : employees(events)) {
        run(connection, "INSERT INTO effect VALUES ('" + employee + "')");
      }
    }
  }

  private static List<String> employees(List<ReceivedEvent> events) {
    return events.stream().map(received -> received.event().subjectId()).toList();
  }

  private static Reading event(UUID id, String employee) {
    EmployeeChanged event =
        new EmployeeChanged(
            employee, "Ann", null, "7", BigDecimal.ONE, "EUR", 1, Change.HIRED, Instant.EPOCH);
    return Reading.of(
        new RawMessage(
            EventType.EMPLOYEE_CHANGED_V1.ceType(), id.toString(), EventJson.write(event), false));
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      run(connection, sql);
    }
  }

  private List<String> effects() throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT employee FROM effect ORDER BY employee")) {
      List<String> employees = new ArrayList<>();
      while (rows.next()) {
        employees.add(rows.getString(1));
      }
      return employees;
    }
  }

  private InboxCounts counts() throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      return InboxCounts.read(connection);
    }
  }

  private List<ParkedMessage> parked() throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      return ParkedMessages.list(connection, 0, 100);
    }
  }
}

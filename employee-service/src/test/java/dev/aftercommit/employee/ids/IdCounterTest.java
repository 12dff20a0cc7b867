package dev.aftercommit.employee.ids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.aftercommit.publicids.IdBlock;
import dev.aftercommit.publicids.IdKey;
import dev.aftercommit.publicids.IdLayout;
import dev.aftercommit.publicids.IdSequence;
import dev.aftercommit.publicids.Instance;
import dev.aftercommit.publicids.InstanceInUseException;
import dev.aftercommit.stack.testing.FreshDatabase;
import dev.aftercommit.stack.testing.SharedServers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The counter of the library public-ids on a real server: blocks are skipped, never repeated. Here
 * and not there, because the launcher, which has the server, decodes ids with that library.
 */
class IdCounterTest {

  private static final IdKey KEY = IdKey.parse(IdKey.DEVELOPMENT);
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int BLOCK = 64;

  private final ExecutorService threads = Executors.newFixedThreadPool(8);
  private FreshDatabase database;

  @BeforeEach
  void createDatabase() throws SQLException, IOException {
    database = SharedServers.get().freshDatabase("ids", "employee_service");
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        InputStream schema =
            Instance.class.getResourceAsStream("/db/public-ids/V110__public_ids.sql")) {
      statement.execute(new String(schema.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @AfterEach
  void dropDatabase() {
    threads.shutdownNow();
    database.close();
  }

  @Test
  void manyThreadsOfTwoInstancesNeverGetTheSameKey() throws Exception {
    int each = 5_000;
    try (Instance a = start("a");
        Instance b = start("b");
        IdSequence idsOfA = new IdSequence(a, PATIENCE);
        IdSequence idsOfB = new IdSequence(b, PATIENCE)) {
      CountDownLatch begin = new CountDownLatch(1);
      List<Future<long[]>> drawing = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        IdSequence ids = thread % 2 == 0 ? idsOfA : idsOfB;
        Callable<long[]> draw =
            () -> {
              begin.await();
              return LongStream.generate(ids::next).limit(each).toArray();
            };
        drawing.add(threads.submit(draw));
      }
      begin.countDown();
      List<Long> all = new ArrayList<>();
      for (Future<long[]> keys : drawing) {
        Arrays.stream(keys.get(60, TimeUnit.SECONDS)).forEach(all::add);
      }
      assertThat(all).hasSize(8 * each).doesNotHaveDuplicates();
    }
  }

  /** The lock is there against mistakes; what keeps ids apart is the row. */
  @Test
  void twoProcessesWithOneNumberStillGetDifferentBlocks() throws Exception {
    try (Instance first = start("a")) {
      IdBlock before = first.next();
      loseSession();
      try (Instance second = start("a")) {
        IdBlock ofSecond = second.next();
        IdBlock ofFirst = first.next();

        assertThat(second.number()).isEqualTo(first.number());
        assertThat(List.of(before, ofSecond, ofFirst))
            .extracting(IdBlock::first)
            .containsExactly(
                IdLayout.key(1, 1), IdLayout.key(1, 1 + BLOCK), IdLayout.key(1, 1 + 2 * BLOCK));
      }
    }
  }

  @Test
  void aCrashSkipsTheRestOfTheBlockAndRepeatsNothing() throws Exception {
    Instance crashed = start("a");
    IdSequence lost = new IdSequence(crashed, PATIENCE);
    long last = LongStream.generate(lost::next).limit(10).max().orElseThrow();
    loseSession(); // what the server sees of a kill -9

    try (Instance restarted = start("a");
        IdSequence ids = new IdSequence(restarted, PATIENCE)) {
      assertThat(restarted.number()).isEqualTo(crashed.number());
      assertThat(ids.next()).isGreaterThan(last).isEqualTo(IdLayout.key(1, 1 + BLOCK));
    }
  }

  @Test
  void theSecondStartWithANameInUseFailsAndSaysWhoHasIt() throws Exception {
    try (Instance first = start("a")) {
      assertThatThrownBy(() -> start("a"))
          .isInstanceOf(InstanceInUseException.class)
          .hasMessageContaining("the instance name 'a' (number 1) is in use by PostgreSQL session")
          .hasMessageContaining("a name of its own");
      assertThat(first.next()).isNotNull();
    }
    try (Instance again = start("a")) {
      assertThat(again.number()).isEqualTo(1);
    }
  }

  @Test
  void ofTwoStartsAtOnceOneGetsTheName() throws Exception {
    CountDownLatch begin = new CountDownLatch(1);
    Callable<Instance> starting =
        () -> {
          begin.await();
          return start("a");
        };
    List<Future<Instance>> starts =
        List.of(threads.submit(starting), threads.submit(starting), threads.submit(starting));
    begin.countDown();
    await().atMost(PATIENCE).until(() -> starts.stream().allMatch(Future::isDone));

    List<Future<Instance>> won =
        starts.stream().filter(start -> start.state() == Future.State.SUCCESS).toList();
    assertThat(won).hasSize(1);
    assertThat(starts)
        .filteredOn(start -> start.state() == Future.State.FAILED)
        .extracting(Future::exceptionNow)
        .hasOnlyElementsOfType(InstanceInUseException.class);
    won.getFirst().get().close();
  }

  @Test
  void aStartWaitsForTheInstanceOfItsNameThatIsJustEnding() throws Exception {
    Future<Instance> second;
    try (Instance _ = start("a")) {
      second =
          threads.submit(() -> Instance.start(database.dataSource(), KEY, "a", BLOCK, PATIENCE));
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  number(
                          "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                      == 1);
    }
    second.get(60, TimeUnit.SECONDS).close();
  }

  @Test
  void instancesWithoutANameTakeFreeNumbersAndUseThemAgain() throws Exception {
    try (Instance named = start("a");
        Instance first = start(null);
        Instance second = start(null)) {
      assertThat(List.of(named.number(), first.number(), second.number())).containsExactly(1, 2, 3);
    }
    try (Instance first = start(null)) {
      assertThat(first.number()).isEqualTo(2);
    }
  }

  @Test
  void restartsUseUpNoInstanceNumbers() throws Exception {
    for (int restart = 0; restart < 5; restart++) {
      start("a").close();
    }
    try (Instance b = start("b")) {
      assertThat(b.number()).isEqualTo(2);
    }
  }

  @Test
  void aLostConnectionIsReplacedAndTheNameHeldAgain() throws Exception {
    try (Instance instance = start("a")) {
      instance.next();
      loseSession();
      assertThat(instance.next().first()).isEqualTo(IdLayout.key(1, 1 + BLOCK));
      assertThatThrownBy(() -> start("a")).isInstanceOf(InstanceInUseException.class);
    }
  }

  @Test
  void anotherKeyThanTheFirstOneIsRefused() throws Exception {
    start("a").close();
    IdKey other = IdKey.parse("000102030405060708090a0b0c0d0e0f");
    DataSource source = database.dataSource();

    assertThatThrownBy(() -> Instance.start(source, other, "a", BLOCK, SHORT))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(KEY.fingerprint())
        .hasMessageContaining(other.fingerprint())
        .hasMessageContaining("Set the key that was used before");
  }

  @Test
  void aCounterAtItsEndRefusesInsteadOfRunningIntoTheInstance() throws Exception {
    try (Instance instance = start("a")) {
      execute("UPDATE public_ids.instance SET next_sequence = " + (IdLayout.MAX_SEQUENCE - 100));
      assertThat(instance.next().end()).isLessThan(IdLayout.key(2, 1));
      assertThatThrownBy(instance::next)
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("next_sequence_check");
    }
  }

  private Instance start(@Nullable String name) throws SQLException {
    return Instance.start(database.dataSource(), KEY, name, BLOCK, SHORT);
  }

  /** Ends every other session of the database, and waits until their locks are gone. */
  private void loseSession() throws SQLException {
    execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
    await()
        .atMost(PATIENCE)
        .until(() -> number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 0);
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private long number(String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}

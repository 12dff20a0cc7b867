package dev.aftercommit.lab.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.lab.LabServer;
import dev.aftercommit.lab.database.ServerAddress;
import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.scenario.Addresses;
import dev.aftercommit.lab.search.Budget;
import dev.aftercommit.lab.search.Exploration;
import dev.aftercommit.lab.search.Explorer;
import dev.aftercommit.lab.search.Outcome;
import dev.aftercommit.lab.search.Verdict;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class ScheduleTestTest {

  private static final String FIXTURE =
      "CREATE TABLE account (id int PRIMARY KEY, balance int); INSERT INTO account VALUES (1, 100)";
  private static final String PLAIN = "SELECT balance FROM account WHERE id = ?";
  private static final String LOCKED = PLAIN + " FOR UPDATE";
  private static final String BOTH = "SELECT balance = 120 FROM account WHERE id = 1";

  @LabServerSource
  static ServerAddress server() {
    return LabServer.address();
  }

  @ScheduleTest
  void twoDepositsWithALockedRowAreBothThere(Lab lab) {
    lab.fixture(FIXTURE);
    lab.actor("A", actor -> deposit(actor.dataSource(), LOCKED));
    lab.actor("B", actor -> deposit(actor.dataSource(), LOCKED));
    lab.finallyHolds("both deposits are there", BOTH);
  }

  @ScheduleTest(preemptions = 0)
  void withoutInterruptionAnUnlockedRowIsEnough(Lab lab) {
    lab.fixture(FIXTURE);
    lab.actor("A", actor -> deposit(actor.dataSource(), PLAIN));
    lab.actor("B", actor -> deposit(actor.dataSource(), PLAIN));
    lab.serial();
  }

  @Test
  void twoDepositsWithoutALockFailWithTheScheduleDrawn() throws Exception {
    Lab lab = twoDeposits(PLAIN);
    lab.finallyHolds("both deposits are there", BOTH);

    Exploration every = explore(lab, "read committed", true);
    Exploration reduced = explore(lab, "read committed", false);

    assertThat(every.verdict()).isEqualTo(Verdict.FAILS);
    assertThat(every.schedules()).isEqualTo(14);
    assertThat(every.failing()).isEqualTo(12);
    assertThat(reduced.schedules()).isEqualTo(6);
    assertThat(states(reduced)).isEqualTo(states(every));
  }

  @Test
  void withoutAnInvariantTheEndMustBeThatOfASerialOrder() throws Exception {
    Lab unlocked = twoDeposits(PLAIN);
    unlocked.serial();
    Lab locked = twoDeposits(LOCKED);
    locked.serial();

    assertThat(explore(unlocked, "read committed", false).verdict()).isEqualTo(Verdict.FAILS);
    assertThat(explore(locked, "read committed", false).verdict()).isEqualTo(Verdict.HOLDS);
  }

  @Test
  void whatHoldsAtTheEndMayBeBrokenBetweenTwoCommits() throws Exception {
    Lab lab = new Lab();
    lab.fixture(
        "CREATE TABLE a (v int); CREATE TABLE b (v int); INSERT INTO a VALUES (1); INSERT INTO b"
            + " VALUES (1)");
    lab.actor("A", actor -> execute(actor, "UPDATE a SET v = v - 1"));
    lab.actor("B", actor -> execute(actor, "UPDATE b SET v = v + 1"));
    lab.finallyHolds(
        "none is lost", "SELECT sum(v) = 2 FROM (TABLE a UNION ALL TABLE b) both_tables");

    assertThat(explore(lab, "read committed", false).verdict()).isEqualTo(Verdict.HOLDS);
    lab.always("never too few", "SELECT sum(v) >= 2 FROM (TABLE a UNION ALL TABLE b) both_tables");
    Exploration found = explore(lab, "read committed", false);

    // The tables have nothing in common: only the judged commits make the orders differ.
    assertThat(found.verdict()).isEqualTo(Verdict.FAILS);
    assertThat(found.outcomes().keySet().stream().map(Outcome::broken).toList())
        .contains(List.of("never too few"), List.of());
  }

  @Test
  void aTableLockedAgainstReadersIsAskedWhenTheLockIsGone() throws Exception {
    Lab lab = new Lab();
    lab.fixture("CREATE TABLE a (v int); CREATE TABLE b (v int); INSERT INTO a VALUES (1)");
    lab.actor("A", actor -> setLocked(actor, -1));
    lab.actor("B", actor -> execute(actor, "INSERT INTO b VALUES (1)"));
    lab.always("a is not negative", "SELECT v >= 0 FROM a");
    lab.always("one row in b at most", "SELECT count(*) <= 1 FROM b");

    Exploration found = explore(lab, "read committed", false);

    assertThat(found.verdict()).as(found.reason()).isEqualTo(Verdict.FAILS);
    assertThat(found.outcomes().keySet().stream().map(Outcome::broken).distinct().toList())
        .containsExactly(List.of("a is not negative"));
  }

  @Test
  void codeThatChoosesSerializableItselfIsNotReduced() throws Exception {
    Lab lab = new Lab();
    lab.fixture("CREATE TABLE a (v int); CREATE TABLE b (v int)");
    lab.actor("A", actor -> insertOneMore(actor, "INSERT INTO a SELECT count(*) FROM b"));
    lab.actor("B", actor -> insertOneMore(actor, "INSERT INTO b SELECT count(*) FROM a"));
    lab.finallyHolds("any end will do", "SELECT true");

    Exploration every = explore(lab, "read committed", true);
    Exploration found = explore(lab, "read committed", false);

    assertThat(found.schedules()).isEqualTo(every.schedules());
    assertThat(states(found)).isEqualTo(states(every));
  }

  @Test
  void aLostAnswerToACommitLetsARetryPayTwice() throws Exception {
    Lab lab = new Lab();
    lab.fixture(FIXTURE);
    lab.actor("A", ScheduleTestTest::depositAndRetry);
    lab.faults(Turn.LOST_AFTER_COMMIT, Turn.LOST_BEFORE_COMMIT);
    lab.finallyHolds("one deposit", "SELECT balance = 110 FROM account");

    Exploration found = explore(lab, "read committed", false);

    assertThat(found.verdict()).isEqualTo(Verdict.FAILS);
    assertThat(states(found)).anyMatch(state -> state.contains("(1,120)"));
    assertThat(found.faults()).isEqualTo(1);
  }

  @Test
  void aKilledActorBeginsAnew() throws Exception {
    Lab lab = new Lab();
    lab.fixture(FIXTURE);
    AtomicInteger begun = new AtomicInteger();
    lab.restartingActor(
        "A",
        actor -> {
          begun.incrementAndGet();
          execute(actor, "UPDATE account SET balance = 110 WHERE id = 1");
        });
    lab.faults(Turn.KILL);
    lab.finallyHolds("it is done in the end", "SELECT balance = 110 FROM account");

    Exploration found = explore(lab, "read committed", false);

    assertThat(found.verdict()).as(found.reason()).isEqualTo(Verdict.HOLDS);
    assertThat(begun.get()).isGreaterThan(found.runs());
  }

  @Test
  void sharedMemoryIsScheduledWhereTheCodeNamesIt() throws Exception {
    AtomicInteger counter = new AtomicInteger();
    Lab lab = new Lab();
    lab.fixture("CREATE TABLE seen (v int)");
    for (String name : List.of("A", "B")) {
      lab.actor(
          name,
          actor -> {
            actor.point("read the counter", Set.of("counter"), Set.of());
            int read = counter.get();
            actor.point("write the counter", Set.of(), Set.of("counter"));
            counter.set(read + 1);
            execute(actor, "INSERT INTO seen VALUES (" + read + ")");
          });
    }
    lab.finallyHolds("each saw another number", "SELECT count(DISTINCT v) = 2 FROM seen");

    Exploration found = explore(lab, "read committed", false);

    assertThat(found.verdict()).isEqualTo(Verdict.FAILS);
  }

  private static Lab twoDeposits(String select) {
    Lab lab = new Lab();
    lab.fixture(FIXTURE);
    lab.actor("A", actor -> deposit(actor.dataSource(), select));
    lab.actor("B", actor -> deposit(actor.dataSource(), select));
    return lab;
  }

  private static Exploration explore(Lab lab, String level, boolean everyOrder) throws Exception {
    try (CodeExperiment experiment =
        CodeExperiment.open(
            lab, new CodeExperiment.Settings(level, 1, everyOrder), Addresses.of(server()))) {
      return Explorer.explore(
          experiment, experiment.relation(), Budget.standard(), (runs, failing, perSecond) -> {});
    }
  }

  private static Set<String> states(Exploration found) {
    return found.outcomes().keySet().stream().map(Outcome::state).collect(Collectors.toSet());
  }

  private static void execute(Actor actor, String sql) throws SQLException {
    try (Connection connection = actor.dataSource().getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.executeUpdate();
    }
  }

  private static void setLocked(Actor actor, int value) throws SQLException {
    try (Connection connection = actor.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE a");
      statement.executeUpdate("UPDATE a SET v = " + value);
      connection.commit();
    }
  }

  private static void insertOneMore(Actor actor, String sql) throws SQLException {
    try (Connection connection = actor.dataSource().getConnection()) {
      connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
      connection.setAutoCommit(false);
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.executeUpdate();
      }
      connection.commit();
    }
  }

  private static void depositAndRetry(Actor actor) throws SQLException {
    try {
      execute(actor, "UPDATE account SET balance = balance + 10 WHERE id = 1");
    } catch (SQLException e) {
      execute(actor, "UPDATE account SET balance = balance + 10 WHERE id = 1");
    }
  }

  private static void deposit(DataSource database, String select) throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      int balance;
      try (PreparedStatement read = connection.prepareStatement(select)) {
        read.setInt(1, 1);
        try (ResultSet row = read.executeQuery()) {
          row.next();
          balance = row.getInt(1);
        }
      }
      try (PreparedStatement write =
          connection.prepareStatement("UPDATE account SET balance = ? WHERE id = ?")) {
        write.setInt(1, balance + 10);
        write.setInt(2, 1);
        write.executeUpdate();
      }
      connection.commit();
    }
  }
}

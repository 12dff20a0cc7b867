package dev.aftercommit.aggregator.average;

import static dev.aftercommit.aggregator.Events.employee;
import static dev.aftercommit.aggregator.Events.message;

import dev.aftercommit.consumer.BatchTransaction;
import dev.aftercommit.consumer.RawMessage;
import dev.aftercommit.lab.database.ServerAddress;
import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.junit.Lab;
import dev.aftercommit.lab.junit.LabServerSource;
import dev.aftercommit.lab.junit.ScheduleTest;
import dev.aftercommit.lab.stack.StackAddresses;
import dev.aftercommit.stack.testing.SharedServers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;

/**
 * Two aggregators apply what the broker may give them, in every order of their statements. The
 * transaction is the service's own; the test stands for the broker, which delivers a message again
 * until its batch has committed.
 */
class ConsumersSchedulesTest {

  private static final int TRIES = 3;

  private static final RawMessage HIRED = message(employee("1", "A", "1.00", 0));
  private static final RawMessage RAISED = message(employee("1", "A", "2.00", 1));
  private static final RawMessage MOVED = message(employee("1", "B", "2.00", 2));

  @LabServerSource
  static ServerAddress server() {
    return StackAddresses.of(SharedServers.get().postgres());
  }

  @ScheduleTest
  void aMessageAtBothTakesEffectOnce(Lab lab) throws IOException {
    begin(lab);
    consumer(lab, "A", List.of(HIRED));
    consumer(lab, "B", List.of(HIRED));
    lab.finallyHolds("one is there", departmentHas("A", 1, "1.00"));
    lab.finallyHolds("the other was ignored", "SELECT ignored = 1 FROM inbox.duplicates");
  }

  @ScheduleTest
  void messagesInReversedOrderAndTwiceEndInTheNewestState(Lab lab) throws IOException {
    begin(lab);
    consumer(lab, "A", List.of(HIRED), List.of(RAISED));
    consumer(lab, "B", List.of(MOVED, HIRED));
    lab.finallyHolds("moved", departmentHas("B", 1, "2.00"));
    lab.finallyHolds("and gone from where it was", nobodyIn("A"));
    lab.finallyHolds("nothing is missing", "SELECT NOT EXISTS (SELECT FROM inbox.gap)");
    lab.finallyHolds(
        "each message counts once",
        "SELECT (SELECT count(*) FROM inbox.message) = 3 AND ignored = 1 FROM inbox.duplicates");
  }

  @ScheduleTest
  void batchesThatMeetInManyRowsNeverMeetInADeadlock(Lab lab) throws IOException {
    begin(lab);
    RawMessage ann = message(employee("a", "A", "1.00", 0));
    RawMessage zoe = message(employee("z", "Z", "1.00", 0));
    consumer(lab, "A", List.of(ann, zoe, HIRED));
    consumer(lab, "B", List.of(RAISED, zoe, ann));
    lab.finallyHolds("all are counted", departmentHas("A", 2, "3.00"));
    lab.finallyHolds("and Zoe", departmentHas("Z", 1, "1.00"));
  }

  @ScheduleTest
  void aMessageAtBothTakesEffectOnceWhereverOneDies(Lab lab) throws IOException {
    begin(lab);
    consumer(lab, "A", List.of(HIRED));
    consumer(lab, "B", List.of(HIRED));
    lab.faults(Turn.KILL, Turn.LOST_BEFORE_COMMIT, Turn.LOST_AFTER_COMMIT);
    lab.finallyHolds("one is there", departmentHas("A", 1, "1.00"));
    lab.finallyHolds("one message", "SELECT count(*) = 1 FROM inbox.message");
  }

  /** Whatever is lost, the broker delivers again what was not acknowledged. */
  @ScheduleTest(preemptions = 1)
  void aMessageTakesEffectOnceWhereverAConsumerDies(Lab lab) throws IOException {
    begin(lab);
    consumer(lab, "A", List.of(HIRED), List.of(RAISED));
    consumer(lab, "B", List.of(RAISED, MOVED));
    lab.faults(Turn.KILL, Turn.LOST_BEFORE_COMMIT, Turn.LOST_AFTER_COMMIT);
    lab.finallyHolds("moved", departmentHas("B", 1, "2.00"));
    lab.finallyHolds("and gone from where it was", nobodyIn("A"));
    lab.finallyHolds("three messages", "SELECT count(*) = 3 FROM inbox.message");
  }

  private static void begin(Lab lab) throws IOException {
    lab.fixture(resource("/db/inbox/V001__inbox.sql"));
    lab.fixture(resource("/db/inbox/V003__gap.sql"));
    lab.fixture(resource("/db/migration/V100__averages.sql"));
    lab.finallyHolds(
        "the sums are those of the employees",
        """
        SELECT NOT EXISTS (SELECT FROM department d WHERE (headcount, total) <>
          (SELECT count(*), coalesce(sum(salary), 0) FROM employee_projection e
           WHERE e.department = d.department))
        """);
  }

  @SafeVarargs
  private static void consumer(Lab lab, String name, List<RawMessage>... batches) {
    lab.restartingActor(
        name,
        actor -> {
          for (List<RawMessage> batch : batches) {
            settle(actor.dataSource(), batch);
          }
        });
  }

  private static void settle(DataSource dataSource, List<RawMessage> batch) throws SQLException {
    BatchTransaction transaction = new BatchTransaction(dataSource, new AverageHandler());
    for (int tries = 1; ; tries++) {
      try {
        var _ = transaction.commit(AggregatorDatabase.read(batch.toArray(RawMessage[]::new)));
        return;
      } catch (SQLException e) {
        if (tries == TRIES) {
          throw e;
        }
      }
    }
  }

  private static String departmentHas(String department, int headcount, String total) {
    return "SELECT headcount = %d AND total = %s FROM department WHERE department = '%s'"
        .formatted(headcount, total, department);
  }

  private static String nobodyIn(String department) {
    return "SELECT NOT EXISTS (SELECT FROM department WHERE department = '%s' AND (headcount, total) <> (0, 0))"
        .formatted(department);
  }

  private static String resource(String name) throws IOException {
    try (InputStream sql =
        Objects.requireNonNull(ConsumersSchedulesTest.class.getResourceAsStream(name), name)) {
      return new String(sql.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}

package dev.aftercommit.aggregator.average;

import static dev.aftercommit.aggregator.Events.employee;
import static dev.aftercommit.aggregator.Events.message;
import static dev.aftercommit.aggregator.average.AggregatorDatabase.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aftercommit.consumer.BatchOutcome;
import dev.aftercommit.consumer.RawMessage;
import dev.aftercommit.inbox.InboxCounts;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two aggregators at once; the interleavings are forced by transactions that are held open. */
class ConcurrentConsumersTest {

  private AggregatorDatabase database;
  private final ExecutorService others = Executors.newVirtualThreadPerTaskExecutor();

  @BeforeEach
  void createDatabase() {
    database = new AggregatorDatabase();
  }

  @AfterEach
  void dropDatabase() {
    database.close();
    others.shutdownNow();
  }

  @Test
  void theSecondConsumerOfAMessageWaitsForTheFirstAndSeesADuplicate() throws Exception {
    RawMessage hired = message(employee("1", "A", "4000.00", 0));
    Future<BatchOutcome> second;
    try (Connection first = database.begin()) {
      database.transaction().apply(first, read(hired));
      second = others.submit(() -> database.apply(hired));
      await().until(() -> database.waiting() == 1);
      first.commit();
    }
    assertThat(second.get(10, TimeUnit.SECONDS).duplicates()).isEqualTo(1);
    assertThat(database.departments()).isEqualTo(Map.of("A", "1 people, 4000.00"));
    assertThat(database.counts()).isEqualTo(new InboxCounts(1, 1, 0));
  }

  @Test
  void theSecondConsumerOfAMessageAppliesItWhenTheFirstRollsBack() throws Exception {
    RawMessage hired = message(employee("1", "A", "4000.00", 0));
    Future<BatchOutcome> second;
    try (Connection first = database.begin()) {
      database.transaction().apply(first, read(hired));
      second = others.submit(() -> database.apply(hired));
      await().until(() -> database.waiting() == 1);
      first.rollback();
    }
    assertThat(second.get(10, TimeUnit.SECONDS).applied()).hasSize(1);
    assertThat(database.departments()).isEqualTo(Map.of("A", "1 people, 4000.00"));
    assertThat(database.counts()).isEqualTo(new InboxCounts(1, 0, 0));
  }

  @Test
  void twoEventsOfOneEmployeeAtTwoConsumersEndInTheNewest() throws Exception {
    database.apply(message(employee("1", "A", "1.00", 0)));
    Future<BatchOutcome> older;
    try (Connection newer = database.begin()) {
      database.transaction().apply(newer, read(message(employee("1", "B", "3.00", 2))));
      older = others.submit(() -> database.apply(message(employee("1", "C", "2.00", 1))));
      await().until(() -> database.waiting() == 1);
      newer.commit();
    }
    older.get(10, TimeUnit.SECONDS);
    assertThat(database.departments())
        .isEqualTo(Map.of("A", "0 people, 0.00", "B", "1 people, 3.00"));
  }

  /**
   * The middle row is held until both wait. Whoever locked in the order of arrival would then hold
   * one end and want the other.
   */
  @Test
  void employeesInReversedOrderDoNotDeadlock() throws Exception {
    database.apply(
        message(employee("a", "A", "1.00", 0)),
        message(employee("m", "A", "1.00", 0)),
        message(employee("z", "A", "1.00", 0)));
    bothPassWhile(
        "SELECT FROM employee_projection WHERE employee = 'm' FOR UPDATE",
        new RawMessage[] {
          message(employee("a", "A", "2.00", 1)),
          message(employee("m", "A", "2.00", 1)),
          message(employee("z", "A", "2.00", 1))
        },
        new RawMessage[] {
          message(employee("z", "A", "3.00", 2)),
          message(employee("m", "A", "3.00", 2)),
          message(employee("a", "A", "3.00", 2))
        });
    assertThat(database.departments()).isEqualTo(Map.of("A", "3 people, 9.00"));
  }

  @Test
  void departmentsInReversedOrderDoNotDeadlock() throws Exception {
    database.apply(
        message(employee("1", "A", "1.00", 0)),
        message(employee("2", "M", "1.00", 0)),
        message(employee("3", "Z", "1.00", 0)),
        message(employee("4", "Z", "1.00", 0)),
        message(employee("5", "M", "1.00", 0)),
        message(employee("6", "A", "1.00", 0)));
    bothPassWhile(
        "SELECT FROM department WHERE department = 'M' FOR UPDATE",
        new RawMessage[] {
          message(employee("1", "A", "2.00", 1)),
          message(employee("2", "M", "2.00", 1)),
          message(employee("3", "Z", "2.00", 1))
        },
        new RawMessage[] {
          message(employee("4", "Z", "2.00", 1)),
          message(employee("5", "M", "2.00", 1)),
          message(employee("6", "A", "2.00", 1))
        });
    assertThat(database.departments())
        .isEqualTo(Map.of("A", "2 people, 4.00", "M", "2 people, 4.00", "Z", "2 people, 4.00"));
  }

  @Test
  void messagesInReversedOrderDoNotDeadlock() throws Exception {
    RawMessage a = message(employee("a", "A", "1.00", 0));
    RawMessage m = message(employee("m", "A", "1.00", 0));
    RawMessage z = message(employee("z", "A", "1.00", 0));
    Future<BatchOutcome> forward;
    Future<BatchOutcome> backward;
    try (Connection middle = database.begin()) {
      database.transaction().apply(middle, read(m));
      forward = others.submit(() -> database.apply(a, m, z));
      await().until(() -> database.waiting() == 1);
      backward = others.submit(() -> database.apply(z, m, a));
      await().until(() -> database.waiting() == 2);
      middle.rollback();
    }
    assertThat(
            forward.get(10, TimeUnit.SECONDS).applied().size()
                + backward.get(10, TimeUnit.SECONDS).applied().size())
        .isEqualTo(3);
    assertThat(database.departments()).isEqualTo(Map.of("A", "3 people, 3.00"));
  }

  private void bothPassWhile(String heldRow, RawMessage[] one, RawMessage[] other)
      throws Exception {
    Future<BatchOutcome> first;
    Future<BatchOutcome> second;
    try (Connection middle = database.begin()) {
      try (var hold = middle.prepareStatement(heldRow)) {
        hold.execute();
      }
      first = others.submit(() -> database.apply(one));
      await().until(() -> database.waiting() == 1);
      second = others.submit(() -> database.apply(other));
      await().until(() -> database.waiting() == 2);
      middle.rollback();
    }
    assertThat(first.get(10, TimeUnit.SECONDS).applied()).hasSize(one.length);
    assertThat(second.get(10, TimeUnit.SECONDS).applied()).hasSize(other.length);
    assertThat(deadlocks()).isEqualTo("0");
  }

  private String deadlocks() throws SQLException {
    return database
        .rows(
            "SELECT 'deadlocks', deadlocks FROM pg_stat_database WHERE datname = current_database()")
        .get("deadlocks");
  }
}

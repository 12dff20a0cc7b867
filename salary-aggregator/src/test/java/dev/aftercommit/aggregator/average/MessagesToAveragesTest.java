package dev.aftercommit.aggregator.average;

import static dev.aftercommit.aggregator.Events.department;
import static dev.aftercommit.aggregator.Events.employee;
import static dev.aftercommit.aggregator.Events.message;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.aggregator.Events;
import dev.aftercommit.consumer.BatchOutcome;
import dev.aftercommit.consumer.RawMessage;
import dev.aftercommit.consumer.Reading;
import dev.aftercommit.events.EventJson;
import dev.aftercommit.events.EventType;
import dev.aftercommit.inbox.InboxCounts;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a batch of messages does to the averages. */
class MessagesToAveragesTest {

  private static final String EMPLOYEE = EventType.EMPLOYEE_CHANGED_V1.ceType();
  private static final String GOOD_FIELDS =
      """
      "employee":"9","name":"Ann","department":"A","currency":"EUR","version":0,\
      "change":"HIRED","occurredAt":"2026-01-01T00:00:00Z"\
      """;

  private AggregatorDatabase database;

  @BeforeEach
  void createDatabase() {
    database = new AggregatorDatabase();
  }

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  @Test
  void theSameMessageTwiceInOneBatchCountsOnce() throws SQLException {
    RawMessage hired = message(employee("1", "A", "4000.00", 0));
    BatchOutcome outcome = database.apply(hired, hired);
    assertThat(outcome.applied()).hasSize(1);
    assertThat(outcome.duplicates()).isEqualTo(1);
    assertThat(database.departments()).isEqualTo(Map.of("A", "1 people, 4000.00"));
    assertThat(database.counts()).isEqualTo(new InboxCounts(1, 1, 0));
  }

  @Test
  void aMessageThatComesAgainChangesNothing() throws SQLException {
    RawMessage first = message(employee("1", "A", "4000.00", 0));
    RawMessage second = message(employee("1", "A", "4500.00", 1));
    database.apply(first);
    database.apply(second);
    BatchOutcome again = database.apply(first, second);
    assertThat(again.applied()).isEmpty();
    assertThat(again.duplicates()).isEqualTo(2);
    assertThat(database.departments()).isEqualTo(Map.of("A", "1 people, 4500.00"));
    assertThat(database.counts()).isEqualTo(new InboxCounts(2, 2, 0));
  }

  @Test
  void anOlderEventUnderANewIdChangesNothing() throws SQLException {
    database.apply(message(employee("1", "A", "4500.00", 3)));
    database.apply(message(employee("1", "B", "9.00", 2)));
    database.apply(message(employee("1", "B", "9.00", 3)));
    assertThat(database.departments()).isEqualTo(Map.of("A", "1 people, 4500.00"));
  }

  @Test
  void eventsOutOfOrderEndInTheNewestState() throws SQLException {
    database.apply(message(employee("1", "A", "3.00", 2)), message(employee("1", "A", "4.00", 3)));
    database.apply(message(employee("1", "A", "1.00", 0)), message(employee("1", "B", "2.00", 1)));
    assertThat(database.departments()).isEqualTo(Map.of("A", "1 people, 4.00"));
  }

  @Test
  void anEmployeeWhoseHiringHasNotArrivedIsCounted() throws SQLException {
    database.apply(message(employee("1", "A", "1000.00", 0)));
    database.apply(
        message(employee("1", "A", "1100.00", 1)), message(employee("2", "A", "2000.00", 5)));
    assertThat(database.departments()).isEqualTo(Map.of("A", "2 people, 3100.00"));
  }

  @Test
  void aTransferMovesBothSums() throws SQLException {
    database.apply(message(employee("1", "A", "4000.00", 0)));
    database.apply(message(employee("2", "B", "5000.50", 0)));
    database.apply(message(employee("1", "B", "4100.00", 1)));
    assertThat(database.departments())
        .isEqualTo(Map.of("A", "0 people, 0.00", "B", "2 people, 9100.50"));
  }

  @Test
  void aLeaverDisappearsAndALateEventDoesNotBringThemBack() throws SQLException {
    database.apply(message(employee("1", "A", "4000.00", 0)));
    database.apply(message(employee("2", "A", "6000.00", 0)));
    database.apply(message(employee("1", null, "4000.00", 2)));
    database.apply(message(employee("1", "A", "4500.00", 1)));
    assertThat(database.departments()).isEqualTo(Map.of("A", "1 people, 6000.00"));
  }

  @Test
  void theNewestNameOfADepartmentWinsAndLeavesItsSumsAlone() throws SQLException {
    database.apply(message(employee("1", "A", "4000.00", 0)));
    database.apply(message(department("A", "Research", 1)));
    database.apply(message(department("A", "Old name", 0)), message(employee("2", "A", "1.00", 0)));
    assertThat(database.rows("SELECT department, name FROM department"))
        .isEqualTo(Map.of("A", "Research"));
    assertThat(database.departments()).isEqualTo(Map.of("A", "2 people, 4001.00"));
  }

  @Test
  void fieldsThatAreNotKnownAreIgnored() throws SQLException {
    String json = "{" + GOOD_FIELDS + ",\"salary\":12.50,\"nickname\":{\"a\":[1]}}";
    BatchOutcome outcome =
        database.apply(new RawMessage(EMPLOYEE, Events.id(), json.getBytes(UTF_8), false));
    assertThat(outcome.parked()).isEmpty();
    assertThat(database.departments()).isEqualTo(Map.of("A", "1 people, 12.50"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          MALFORMED        | dev.aftercommit.employee.changed.v1 | {"employee":
          MALFORMED        | dev.aftercommit.employee.changed.v1 | not JSON at all
          MISSING_FIELD    | dev.aftercommit.employee.changed.v1 | {@}
          INVALID_FIELD    | dev.aftercommit.employee.changed.v1 | {@,"salary":"a lot"}
          INVALID_FIELD    | dev.aftercommit.employee.changed.v1 | {@,"salary":1.005}
          INVALID_FIELD    | dev.aftercommit.employee.changed.v1 | {@,"salary":1E999999999}
          UNKNOWN_TYPE     | dev.aftercommit.employee.cloned.v1  | {@,"salary":1}
          UNKNOWN_VERSION  | dev.aftercommit.employee.changed.v2 | {@,"salary":1}
          MISSING_TYPE     |                                     | {@,"salary":1}
          """)
  void poisonBetweenGoodMessagesIsParkedAndItsNeighboursAreApplied(
      String reason, String type, String json) throws SQLException {
    byte[] poison = json.replace("@", GOOD_FIELDS).getBytes(UTF_8);
    BatchOutcome outcome =
        database.apply(
            message(employee("1", "A", "1000.00", 0)),
            new RawMessage(type, Events.id(), poison, false),
            message(employee("2", "A", "2000.00", 0)));
    assertThat(outcome.parked()).extracting(Reading.Unreadable::reason).containsExactly(reason);
    assertThat(database.parked().values()).containsExactly(reason);
    assertThat(database.departments()).isEqualTo(Map.of("A", "2 people, 3000.00"));
  }

  @ParameterizedTest
  @CsvSource({"MISSING_ID,", "MISSING_ID,4711", "MISSING_ID,1-1-1-1-1"})
  void aMessageWithoutAnIdOfItsOwnIsParked(String reason, String id) throws SQLException {
    byte[] body = EventJson.write(employee("1", "A", "1000.00", 0));
    database.apply(new RawMessage(EMPLOYEE, id, body, false));
    assertThat(database.parked().values()).containsExactly(reason);
    assertThat(database.departments()).isEmpty();
  }

  @Test
  void anOversizedMessageIsParkedWhole() throws SQLException {
    String json =
        "{"
            + GOOD_FIELDS
            + ",\"salary\":1,\"padding\":\""
            + "x".repeat(EventJson.MAX_BYTES)
            + "\"}";
    database.apply(new RawMessage(EMPLOYEE, Events.id(), json.getBytes(UTF_8), false));
    assertThat(database.parked().values()).containsExactly("TOO_LARGE");
    assertThat(database.rows("SELECT octet_length(body), '' FROM inbox.parked_message"))
        .containsOnlyKeys(Integer.toString(json.length()));
  }

  @Test
  void poisonThatTheBrokerDeliversAgainIsParkedOnce() throws SQLException {
    byte[] body = "poison".getBytes(UTF_8);
    database.apply(new RawMessage(EMPLOYEE, null, body, false));
    BatchOutcome again = database.apply(new RawMessage(EMPLOYEE, null, body, true));
    assertThat(again.parked()).isEmpty();
    assertThat(again.duplicates()).isEqualTo(1);
    assertThat(database.counts()).isEqualTo(new InboxCounts(0, 1, 1));
  }

  @Test
  void twoPoisonMessagesThatLookTheSameAreParkedBoth() throws SQLException {
    RawMessage poison = new RawMessage(EMPLOYEE, null, "poison".getBytes(UTF_8), false);
    database.apply(poison, poison);
    assertThat(database.counts()).isEqualTo(new InboxCounts(0, 0, 2));
  }
}

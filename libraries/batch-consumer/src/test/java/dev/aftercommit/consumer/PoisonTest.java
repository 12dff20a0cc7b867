package dev.aftercommit.consumer;

import static dev.aftercommit.consumer.ConsumerDatabase.hired;
import static dev.aftercommit.consumer.ConsumerDatabase.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.events.EmployeeChanged;
import dev.aftercommit.events.EmployeeChanged.Change;
import dev.aftercommit.inbox.InboxCounts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No message, and nobody who is told of one, makes a consumer try for ever. */
@Timeout(60)
class PoisonTest {

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
  void aMessageThatTheParkedListItselfRefusesIsParkedInPartAndTheOnesBehindItFlowOn()
      throws Exception {
    database.execute(
        "ALTER TABLE inbox.parked_message ADD CHECK"
            + " (type !~ '[^ -~]' AND detail !~ '[^ -~]' AND octet_length(body) <= 2000)");
    RawMessage poison =
        new RawMessage("t\u00fcpe", UUID.randomUUID().toString(), new byte[100_000], false);

    database.settler().settle(read(hired("a"), poison, hired("b")));

    assertThat(database.effects()).containsExactly("a", "b");
    assertThat(
            database.column(
                "SELECT type || ' ' || octet_length(body) || ' ' || detail FROM inbox.parked_message"))
        .singleElement()
        .asString()
        .startsWith("t?pe 1024 first 1024 of ")
        .contains("of 100000 bytes");
  }

  @Test
  void whatIsAppliedStaysSoWhateverItsListenerThrows() throws Exception {
    EventHandler handler =
        new EventHandler() {
          @Override
          public void apply(Connection connection, List<ReceivedEvent> events) throws SQLException {
            ConsumerDatabase.apply(connection, events);
          }

          @Override
          public void committed(List<ReceivedEvent> events) {
            throw new IllegalStateException("a defect of the listener");
          }
        };

    database.settler(handler).settle(read(hired("a"), hired("b")));

    assertThat(database.effects()).containsExactly("a", "b");
    assertThat(database.counts()).isEqualTo(new InboxCounts(2, 0, 0));
  }

  @Test
  void noTimeOfAnEventIsTooMuchForTheMetrics() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    List<ReceivedEvent> events =
        Stream.of(
                Instant.MIN,
                Instant.parse("-5000-01-01T00:00:00Z"),
                Instant.EPOCH,
                Instant.parse("9999-12-31T23:59:59Z"),
                Instant.MAX)
            .map(PoisonTest::at)
            .toList();

    new ConsumerMetrics(registry).committed(new BatchOutcome(events, 0, List.of()));

    assertThat(registry.get("consumer.lag").timer().count()).isEqualTo(5);
    assertThat(ConsumerMetrics.lag(Instant.MIN, Instant.now())).isEqualTo(Duration.ofDays(365));
    assertThat(ConsumerMetrics.lag(Instant.MAX, Instant.now())).isZero();
  }

  @Test
  @SuppressWarnings("NullAway") // the defect
  void aMessageThatTheReaderFailsOnIsParked() {
    RawMessage message = new RawMessage("type", UUID.randomUUID().toString(), null, false);

    assertThat(Reading.of(message))
        .isInstanceOfSatisfying(
            Reading.Unreadable.class,
            parked -> assertThat(parked.reason()).isEqualTo(BatchSettler.FAILED));
  }

  private static ReceivedEvent at(Instant occurredAt) {
    return new ReceivedEvent(
        UUID.randomUUID(),
        new EmployeeChanged(
            "1", "Ann", null, "1", BigDecimal.ONE, "EUR", 0, Change.HIRED, occurredAt));
  }
}

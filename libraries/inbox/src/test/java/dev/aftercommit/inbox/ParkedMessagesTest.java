package dev.aftercommit.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The list of messages that could not be applied. */
class ParkedMessagesTest {

  private static final byte[] BODY = "the whole body".getBytes(UTF_8);

  private InboxDatabase database;
  private Connection connection;

  @BeforeEach
  void createDatabase() throws Exception {
    database = new InboxDatabase();
    connection = database.connect();
  }

  @AfterEach
  void dropDatabase() throws SQLException {
    connection.close();
    database.close();
  }

  @Test
  void aParkedMessageIsListedWholeWithItsReason() throws SQLException {
    ParkedMessages.park(connection, "MALFORMED", "not JSON", "a.type", "an id", BODY);
    List<ParkedMessage> list = ParkedMessages.list(connection, 0, 10);
    assertThat(list).hasSize(1);
    ParkedMessage message = list.getFirst();
    assertThat(message.reason()).isEqualTo("MALFORMED");
    assertThat(message.detail()).isEqualTo("not JSON");
    assertThat(message.type()).isEqualTo("a.type");
    assertThat(message.eventId()).isEqualTo("an id");
    assertThat(message.body()).isEqualTo(BODY);
  }

  @Test
  void aMessageWithoutTypeAndIdCanBeParked() throws SQLException {
    ParkedMessages.park(connection, "MISSING_TYPE", "no header", null, null, BODY);
    assertThat(ParkedMessages.contains(connection, null, null, BODY)).isTrue();
    assertThat(ParkedMessages.contains(connection, null, "an id", BODY)).isFalse();
    assertThat(ParkedMessages.contains(connection, null, null, new byte[0])).isFalse();
  }

  @Test
  void textThatPostgresqlCannotStoreIsReplacedAndTextTooLongIsCut() throws SQLException {
    ParkedMessages.park(
        connection, "R", "NUL \u0000" + "x".repeat(9_000), "\u0000", "y".repeat(9_000), BODY);
    ParkedMessage message = ParkedMessages.list(connection, 0, 1).getFirst();
    assertThat(message.detail()).startsWith("NUL \uFFFDxxx").hasSize(2_000);
    assertThat(message.type()).isEqualTo("\uFFFD");
    assertThat(message.eventId()).hasSize(200);
    assertThat(ParkedMessages.contains(connection, "\u0000", "y".repeat(9_000), BODY)).isTrue();
  }

  @Test
  void pagesFollowEachOther() throws SQLException {
    for (int i = 0; i < 3; i++) {
      ParkedMessages.park(connection, "R" + i, "", null, null, BODY);
    }
    List<ParkedMessage> first = ParkedMessages.list(connection, 0, 2);
    List<ParkedMessage> second = ParkedMessages.list(connection, first.getLast().id(), 2);
    assertThat(first).extracting(ParkedMessage::reason).containsExactly("R0", "R1");
    assertThat(second).extracting(ParkedMessage::reason).containsExactly("R2");
  }

  @Test
  void aMessageIsTakenOnce() throws SQLException {
    ParkedMessages.park(connection, "R", "", null, null, BODY);
    long id = ParkedMessages.list(connection, 0, 1).getFirst().id();
    assertThat(ParkedMessages.take(connection, id)).isPresent();
    assertThat(ParkedMessages.take(connection, id)).isEmpty();
  }

  @Test
  void aNewReasonReplacesTheOldOneInPlace() throws SQLException {
    ParkedMessages.park(connection, "OLD", "", null, null, BODY);
    long id = ParkedMessages.list(connection, 0, 1).getFirst().id();
    assertThat(ParkedMessages.updateReason(connection, id, "NEW", "still")).isTrue();
    assertThat(ParkedMessages.updateReason(connection, id + 1, "NEW", "still")).isFalse();
    assertThat(ParkedMessages.list(connection, 0, 1).getFirst().reason()).isEqualTo("NEW");
  }
}

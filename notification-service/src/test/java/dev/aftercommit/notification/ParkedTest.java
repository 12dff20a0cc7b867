package dev.aftercommit.notification;

import static dev.aftercommit.notification.Patience.await;
import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.aftercommit.events.EmployeeChanged;
import dev.aftercommit.events.EventJson;
import dev.aftercommit.events.EventType;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** Messages that cannot be read or applied. */
@ServiceTest
class ParkedTest {

  private static final String TYPE = EventType.EMPLOYEE_CHANGED_V1.ceType();
  private static final String TOPIC = "employee.salary-changed";
  private static final int AFTER_ALL = 1_000_000;

  @Inject DataSource dataSource;

  @Test
  void brokenMessagesBetweenGoodOnesAreParkedWithTheirReasonAndTheGoodOnesFlow() throws Exception {
    int before = parked().size();
    byte[] good = EventJson.write(Events.salaryChanged("p-x", null, "1.00"));
    try (Broker broker = Broker.connect()) {
      broker.send(UUID.randomUUID(), Events.salaryChanged("p-1", "p-1@example.org", "1.00"));
      broker.send(TOPIC, id(), TYPE, "{broken".getBytes(UTF_8));
      broker.send(TOPIC, id(), TYPE, "{\"employee\":\"1\"}".getBytes(UTF_8));
      broker.send(UUID.randomUUID(), Events.salaryChanged("p-2", "p-2@example.org", "1.00"));
      broker.send(TOPIC, id(), "org.example.other.v1", good);
      broker.send(TOPIC, id(), "dev.aftercommit.employee.changed.v9", good);
      broker.send(TOPIC, id(), null, good);
      broker.send(TOPIC, null, TYPE, good);
      broker.send(TOPIC, "17", TYPE, good);
      broker.send(TOPIC, id(), TYPE, new byte[EventJson.MAX_BYTES + 1]);
      broker.send(UUID.randomUUID(), Events.salaryChanged("p-3", "p-3@example.org", "1.00"));
      broker.confirm();
    }

    for (String employee : List.of("p-1", "p-2", "p-3")) {
      await().untilAsserted(() -> assertThat(Rows.stateOf(employee)).isEqualTo("SENT"));
    }
    assertThat(parked().stream().skip(before).map(message -> message.get("reason")))
        .containsExactly(
            "MALFORMED",
            "MISSING_FIELD",
            "UNKNOWN_TYPE",
            "UNKNOWN_VERSION",
            "MISSING_TYPE",
            "MISSING_ID",
            "MISSING_ID",
            "TOO_LARGE");
    assertThat(Rows.of("p-x")).isEmpty();
    assertThat(Rows.consumption().getInt("parked")).isEqualTo(before + 8);
  }

  @Test
  void aReplayedMessageThatIsStillBrokenStaysParkedWithItsReason() throws Exception {
    try (Broker broker = Broker.connect()) {
      broker.send(TOPIC, id(), TYPE, "[]".getBytes(UTF_8));
      broker.send(UUID.randomUUID(), Events.salaryChanged("q-1", null, "1.00"));
      broker.confirm();
    }
    await().untilAsserted(() -> assertThat(Rows.of("q-1")).hasSize(1));
    Object parked = parked().getLast().get("id");

    given()
        .post("/parked/" + parked + "/replay")
        .then()
        .statusCode(200)
        .body("outcome", equalTo("PARKED"))
        .body("reason", equalTo("MALFORMED"));
    assertThat(parked().getLast()).containsEntry("id", parked);
  }

  @Test
  void aReplayedMessageThatCanBeReadNowTakesEffectOnce() throws Exception {
    EmployeeChanged change = Events.salaryChanged("r-1", "r-1@example.org", "1.00");
    long first = park(change, "00000000-0000-7000-8000-0000000000a1");
    long again = park(change, "00000000-0000-7000-8000-0000000000a1");

    given().post("/parked/" + first + "/replay").then().body("outcome", equalTo("APPLIED"));
    given().post("/parked/" + again + "/replay").then().body("outcome", equalTo("DUPLICATE"));
    given()
        .post("/parked/" + first + "/replay")
        .then()
        .statusCode(404)
        .body("type", equalTo("urn:aftercommit:problem:parked-message-not-found"));

    await().untilAsserted(() -> assertThat(Rows.stateOf("r-1")).isEqualTo("SENT"));
    assertThat(MailServer.mailsTo("r-1@example.org")).hasSize(1);
    assertThat(parked().stream().map(message -> message.get("id")))
        .doesNotContain(Long.toString(first), Long.toString(again));
  }

  @Test
  void aMessageThatTheBrokerGaveUpOnIsParkedAndCanBeReplayed() throws Exception {
    UUID id = UUID.randomUUID();
    try (Broker broker = Broker.connect()) {
      broker.deadLetter(id, Events.salaryChanged("s-1", "s-1@example.org", "1.00"));
      broker.confirm();
    }

    await()
        .untilAsserted(
            () -> assertThat(parked()).last().extracting("eventId").isEqualTo(id.toString()));
    assertThat(parked().getLast()).containsEntry("reason", "DEAD_LETTERED");
    given()
        .post("/parked/" + parked().getLast().get("id") + "/replay")
        .then()
        .body("outcome", equalTo("APPLIED"));
    await().untilAsserted(() -> assertThat(Rows.stateOf("s-1")).isEqualTo("SENT"));
  }

  private long park(EmployeeChanged change, String eventId) throws Exception {
    String sql =
        "INSERT INTO inbox.parked_message (reason, detail, type, event_id, body)"
            + " VALUES ('UNKNOWN_VERSION', 'by an older release', ?, ?, ?) RETURNING id";
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setString(1, TYPE);
      insert.setString(2, eventId);
      insert.setBytes(3, EventJson.write(change));
      var row = insert.executeQuery();
      row.next();
      return row.getLong(1);
    }
  }

  private static List<Map<String, Object>> parked() {
    return Rows.json("/parked?limit=" + AFTER_ALL).getList("items");
  }

  private static String id() {
    return UUID.randomUUID().toString();
  }
}

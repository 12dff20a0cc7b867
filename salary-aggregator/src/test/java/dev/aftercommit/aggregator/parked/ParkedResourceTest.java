package dev.aftercommit.aggregator.parked;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.aftercommit.aggregator.AggregatorTest;
import dev.aftercommit.aggregator.Broker;
import dev.aftercommit.aggregator.Events;
import dev.aftercommit.consumer.RawMessage;
import dev.aftercommit.events.Event;
import dev.aftercommit.events.EventJson;
import dev.aftercommit.inbox.ParkedMessages;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The parked list and its replay. */
@QuarkusTest
@AggregatorTest
class ParkedResourceTest {

  @Inject DataSource dataSource;

  @BeforeEach
  void emptyTheList() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("TRUNCATE inbox.parked_message");
    }
  }

  @Test
  void aParkedMessageIsListedWithItsReason() {
    try (Broker broker = Broker.connect()) {
      broker.publish(new RawMessage("some.type", Events.id(), "{}".getBytes(UTF_8), false));
    }
    await()
        .untilAsserted(
            () ->
                given()
                    .get("/parked")
                    .then()
                    .statusCode(200)
                    .body("items.reason", hasItem("UNKNOWN_TYPE"))
                    .body("items.bodyStart", hasItem("{}")));
    assertThat(given().get("/consumption").jsonPath().getLong("parked")).isEqualTo(1);
  }

  @Test
  void aReplayThatCanBeReadNowIsAppliedAndTakenOffTheList() throws SQLException {
    Event event = Events.employee("r1", "40", "250.00", 0);
    park(event.type().ceType(), Events.id(), EventJson.write(event));
    given()
        .post("/parked/" + onlyId() + "/replay")
        .then()
        .statusCode(200)
        .body("outcome", equalTo("APPLIED"));
    given().get("/departments/40/average-salary").then().body("total", equalTo(250.00f));
    given().get("/parked").then().body("items.size()", equalTo(0));
  }

  @Test
  void aReplayOfAMessageThatWasAppliedSinceChangesNothing() throws SQLException {
    Event event = Events.employee("r2", "41", "250.00", 0);
    String id = Events.id();
    park(event.type().ceType(), id, EventJson.write(event));
    given().post("/parked/" + onlyId() + "/replay");
    park(event.type().ceType(), id, EventJson.write(event));
    given().post("/parked/" + onlyId() + "/replay").then().body("outcome", equalTo("DUPLICATE"));
    given().get("/departments/41/average-salary").then().body("headcount", equalTo(1));
    given().get("/parked").then().body("items.size()", equalTo(0));
  }

  @Test
  void aReplayThatStillCannotBeReadStaysWithTheNewReason() throws SQLException {
    park("dev.aftercommit.employee.changed.v2", Events.id(), "{}".getBytes(UTF_8));
    String id = onlyId();
    given()
        .post("/parked/" + id + "/replay")
        .then()
        .statusCode(200)
        .body("outcome", equalTo("PARKED"))
        .body("reason", equalTo("UNKNOWN_VERSION"));
    given().get("/parked").then().body("items[0].reason", equalTo("UNKNOWN_VERSION"));
    assertThat(onlyId()).isEqualTo(id);
  }

  @Test
  void aReplayThatTheDatabaseStillRefusesStaysOnTheList() throws SQLException {
    Event event = Events.employee(tooLongForAnIndex(), "42", "1.00", 0);
    park(event.type().ceType(), Events.id(), EventJson.write(event));
    given()
        .post("/parked/" + onlyId() + "/replay")
        .then()
        .body("outcome", equalTo("PARKED"))
        .body("reason", equalTo("REFUSED_BY_DATABASE"));
  }

  @Test
  void aReplayOfWhatIsNotParkedIsAProblem() {
    given()
        .post("/parked/4711/replay")
        .then()
        .statusCode(404)
        .contentType("application/problem+json")
        .body("type", equalTo("urn:aftercommit:problem:parked-message-not-found"));
  }

  private static String tooLongForAnIndex() {
    return Stream.generate(Events::id).limit(1_000).collect(Collectors.joining());
  }

  private void park(String type, String eventId, byte[] body) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      ParkedMessages.park(connection, "TEST", "by the test", type, eventId, body);
    }
  }

  private static String onlyId() {
    return given().get("/parked").jsonPath().getString("items[0].id");
  }
}

package dev.aftercommit.notification;

import static dev.aftercommit.notification.Patience.await;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.aftercommit.events.EmployeeChanged.Change;
import jakarta.inject.Inject;
import jakarta.mail.internet.MimeMessage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From the queue to the mailbox. */
@ServiceTest
class NotificationTest {

  private static final AtomicInteger EMPLOYEES = new AtomicInteger();

  private final String employee = "n" + EMPLOYEES.incrementAndGet();
  private final String email = employee + "@example.org";
  @Inject DataSource dataSource;
  private Broker broker;

  @BeforeEach
  void connect() throws Exception {
    broker = Broker.connect();
  }

  @AfterEach
  void disconnect() throws Exception {
    broker.close();
  }

  @Test
  void aSalaryChangeIsOneMailWithItsWordsAndItsMessageId() throws Exception {
    UUID id = UUID.randomUUID();
    broker.send(id, Events.salaryChanged(employee, email, "1234567.50"));

    await().untilAsserted(() -> assertThat(Rows.stateOf(employee)).isEqualTo("SENT"));
    MimeMessage mail = MailServer.mailsTo(email).getFirst();
    assertThat(mail.getSubject()).isEqualTo("Your salary has changed");
    assertThat(mail.getContent().toString())
        .contains("Dear Zoë " + employee)
        .contains("changed on 1 February 2026")
        .contains("now 1,234,567.50 EUR a year");
    assertThat(mail.getHeader("Message-ID")).containsExactly("<" + id + "@aftercommit.example>");
    assertThat(mail.getHeader("Auto-Submitted")).containsExactly("auto-generated");
    assertThat(mail.getFrom()[0]).hasToString("payroll@aftercommit.example");
    given()
        .get("/notifications?employee=" + employee)
        .then()
        .body("items.size()", equalTo(1))
        .body("items[0].eventId", equalTo(id.toString()))
        .body("items[0].salary", equalTo(1234567.50f))
        .body("items[0].tries", equalTo(1))
        .body("items[0].error", nullValue());
  }

  @Test
  void theSameEventTwiceInOneBatchAndAgainLaterIsOneMail() throws Exception {
    UUID id = UUID.randomUUID();
    int ignored = Rows.consumption().getInt("duplicatesIgnored");
    broker.send(id, Events.salaryChanged(employee, email, "1000.00"));
    broker.send(id, Events.salaryChanged(employee, email, "1000.00"));
    await().untilAsserted(() -> assertThat(Rows.stateOf(employee)).isEqualTo("SENT"));

    broker.send(id, Events.salaryChanged(employee, email, "1000.00"));

    await()
        .untilAsserted(
            () ->
                assertThat(Rows.consumption().getInt("duplicatesIgnored")).isEqualTo(ignored + 2));
    assertThat(Rows.of(employee)).hasSize(1);
    assertThat(MailServer.mailsTo(email)).hasSize(1);
  }

  @Test
  void anEventThatComesAgainAfterTheInboxForgotItIsNoSecondMail() throws Exception {
    UUID id = UUID.randomUUID();
    int parked = Rows.consumption().getInt("parked");
    broker.send(id, Events.salaryChanged(employee, email, "1000.00"));
    await().untilAsserted(() -> assertThat(Rows.stateOf(employee)).isEqualTo("SENT"));
    forget(id);

    broker.send(id, Events.salaryChanged(employee, email, "1000.00"));
    broker.send(UUID.randomUUID(), Events.salaryChanged(employee + "-next", null, "1.00"));

    await().untilAsserted(() -> assertThat(Rows.of(employee + "-next")).hasSize(1));
    assertThat(Rows.of(employee)).hasSize(1);
    assertThat(MailServer.mailsTo(email)).hasSize(1);
    assertThat(Rows.consumption().getInt("parked")).isEqualTo(parked);
  }

  private void forget(UUID id) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM inbox.message WHERE event_id = ?")) {
      delete.setObject(1, id);
      delete.executeUpdate();
    }
  }

  @Test
  void otherEventsAreAppliedAndTellNobody() throws Exception {
    int applied = Rows.consumption().getInt("applied");
    for (Change change : Change.values()) {
      if (change != Change.SALARY_CHANGED) {
        broker.send(UUID.randomUUID(), Events.employee(employee, email, "1000.00", change));
      }
    }
    broker.send(UUID.randomUUID(), Events.department());
    broker.send(UUID.randomUUID(), Events.salaryChanged(employee + "-last", email, "1000.00"));

    await().untilAsserted(() -> assertThat(Rows.stateOf(employee + "-last")).isEqualTo("SENT"));
    assertThat(Rows.consumption().getInt("applied"))
        .isEqualTo(applied + Change.values().length + 1);
    assertThat(Rows.of(employee)).isEmpty();
    assertThat(MailServer.mailsTo(email)).hasSize(1);
  }

  @Test
  void anEmployeeWithoutAddressIsListedAndGetsNoMail() throws Exception {
    broker.send(UUID.randomUUID(), Events.salaryChanged(employee, null, "1000.00"));
    broker.send(UUID.randomUUID(), Events.salaryChanged(employee + "-blank", " ", "1000.00"));

    await()
        .untilAsserted(
            () -> assertThat(Rows.stateOf(employee + "-blank")).isEqualTo("WITHOUT_ADDRESS"));
    assertThat(Rows.of(employee))
        .singleElement()
        .satisfies(
            row ->
                assertThat(row)
                    .containsEntry("state", "WITHOUT_ADDRESS")
                    .containsEntry("tries", 0)
                    .doesNotContainEntry("settledAt", null));
  }

  @Test
  void theListGoesOnWhereThePageBeforeEnded() throws Exception {
    for (int i = 0; i < 5; i++) {
      broker.send(UUID.randomUUID(), Events.salaryChanged(employee, null, "100" + i + ".00"));
    }
    await().untilAsserted(() -> assertThat(Rows.of(employee)).hasSize(5));

    var first = Rows.json("/notifications?limit=3&employee=" + employee);
    var second =
        Rows.json(
            "/notifications?limit=3&employee=" + employee + "&after=" + first.getString("next"));

    assertThat(first.getList("items.salary", Float.class)).containsExactly(1000f, 1001f, 1002f);
    assertThat(second.getList("items.salary", Float.class)).containsExactly(1003f, 1004f);
    assertThat(second.getString("next")).isNull();
  }

  @Test
  void consumptionCountsNotificationsByState() throws Exception {
    Map<String, Integer> before = Rows.consumption().getMap("notifications");
    broker.send(UUID.randomUUID(), Events.salaryChanged(employee, null, "1000.00"));
    broker.send(UUID.randomUUID(), Events.salaryChanged(employee + "-b", email, "1000.00"));

    await().untilAsserted(() -> assertThat(Rows.stateOf(employee + "-b")).isEqualTo("SENT"));
    Map<String, Integer> after = Rows.consumption().getMap("notifications");
    assertThat(after.get("sent")).isEqualTo(before.get("sent") + 1);
    assertThat(after.get("withoutAddress")).isEqualTo(before.get("withoutAddress") + 1);
    assertThat(after).containsKeys("pending", "parked");
  }

  @Test
  void askingForANotificationThatIsNotThereIsAProblemWithAStableType() {
    given()
        .post("/notifications/999999999/retry")
        .then()
        .statusCode(404)
        .contentType("application/problem+json")
        .body("type", equalTo("urn:aftercommit:problem:notification-not-found"))
        .body("status", equalTo(404));
  }

  @Test
  void whatWasSentCannotBeTriedAgain() throws Exception {
    broker.send(UUID.randomUUID(), Events.salaryChanged(employee, email, "1000.00"));
    await().untilAsserted(() -> assertThat(Rows.stateOf(employee)).isEqualTo("SENT"));

    given()
        .post("/notifications/" + Rows.of(employee).getFirst().get("id") + "/retry")
        .then()
        .statusCode(409)
        .body("type", equalTo("urn:aftercommit:problem:notification-not-parked"))
        .body("state", equalTo("SENT"));
    assertThat(List.of(Rows.stateOf(employee))).containsExactly("SENT");
  }
}

package dev.aftercommit.notification;

import static dev.aftercommit.notification.Patience.await;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.aftercommit.stack.testing.SharedServers;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Servers that go away, refuse and come back. */
@ServiceTest
class FaultTest {

  @Inject DataSource dataSource;

  private static final AtomicInteger EMPLOYEES = new AtomicInteger();

  private final String employee = "f" + EMPLOYEES.incrementAndGet();
  private final String email = employee + "@example.org";

  @BeforeEach
  @AfterEach
  void theMailServerTakesMails() {
    MailServer.goAway();
    MailServer.comeBack();
  }

  @Test
  void aMailServerThatIsAwayCostsNoTriesAndTheMailGoesWhenItIsBack() throws Exception {
    MailServer.goAway();
    UUID id = publish();

    await()
        .untilAsserted(
            () -> assertThat(String.valueOf(row().get("error"))).contains("Connection refused"));
    double failures = refusals();
    await().untilAsserted(() -> assertThat(refusals()).isGreaterThan(failures + 5));
    assertThat(row()).containsEntry("state", "PENDING");

    MailServer.comeBack();
    awaitState("SENT");
    assertThat(row()).containsEntry("tries", 1);
    assertThat(MailServer.messageIds()).containsExactly("<" + id + "@aftercommit.example>");
  }

  @Test
  void aMailThatIsRefusedForNowGoesWithALaterTry() throws Exception {
    MailServer.refuse(2);
    UUID id = publish();

    awaitState("SENT");
    assertThat(row()).containsEntry("tries", 3).containsEntry("error", null);
    assertThat(MailServer.messageIds()).containsExactly("<" + id + "@aftercommit.example>");
  }

  @Test
  void aMailThatIsRefusedAgainAndAgainIsParkedWithTheAnswer() throws Exception {
    MailServer.refuse(3);
    publish();

    awaitState("PARKED");
    assertThat(row()).containsEntry("tries", 3);
    assertThat(row().get("error").toString()).contains("try 3", "451");

    retry();
    awaitState("SENT");
  }

  @Test
  void aMailThatIsRefusedForGoodIsParkedAtTheFirstTry() throws Exception {
    MailServer.goAway();
    try (RejectingMailServer _ = new RejectingMailServer(MailServer.port())) {
      publish();
      awaitState("PARKED");
    }

    assertThat(row()).containsEntry("tries", 1);
    assertThat(row().get("error").toString()).contains("550 no such user here");
  }

  @Test
  void anAddressThatIsNoneIsParkedAtTheFirstTry() throws Exception {
    try (Broker broker = Broker.connect()) {
      broker.send(UUID.randomUUID(), Events.salaryChanged(employee, "not an address", "1.00"));
      broker.send(
          UUID.randomUUID(),
          Events.salaryChanged(employee + "-injected", "a@b.org>\r\nBcc: <c@d.org", "1.00"));
      broker.send(UUID.randomUUID(), Events.salaryChanged(employee + "-good", email, "1.00"));
    }

    awaitState("PARKED");
    assertThat(row()).containsEntry("tries", 1);
    await()
        .untilAsserted(() -> assertThat(Rows.stateOf(employee + "-injected")).isEqualTo("PARKED"));
    await().untilAsserted(() -> assertThat(Rows.stateOf(employee + "-good")).isEqualTo("SENT"));
    assertThat(MailServer.messageIds()).hasSize(1);
  }

  @Test
  void aRestartOfTheBrokerHeals() throws Exception {
    publish();
    awaitState("SENT");

    SharedServers.get().rabbitMq().restart();

    String after = employee + "-after";
    try (Broker broker = Broker.connect()) {
      broker.send(UUID.randomUUID(), Events.salaryChanged(after, email, "1.00"));
      broker.confirm();
    }
    await().untilAsserted(() -> assertThat(Rows.stateOf(after)).isEqualTo("SENT"));
  }

  @Test
  void aRestartOfTheBrokerInTheMiddleOfABacklogLosesNothingAndAppliesNothingTwice()
      throws Exception {
    int backlog = 3_000;
    int applied = Rows.consumption().getInt("applied");
    try (Connection holder = dataSource.getConnection();
        Statement lock = holder.createStatement()) {
      holder.setAutoCommit(false);
      lock.execute("LOCK TABLE inbox.message IN SHARE MODE");
      try (Broker broker = Broker.connect()) {
        for (int i = 0; i < backlog; i++) {
          broker.send(UUID.randomUUID(), Events.salaryChanged(employee, null, "1.00"));
        }
        broker.confirm();
      }
      SharedServers.get().rabbitMq().restart();
      publish();
      holder.rollback();
    }

    await()
        .untilAsserted(
            () ->
                assertThat(Rows.consumption().getInt("applied")).isEqualTo(applied + backlog + 1));
    assertThat(Rows.consumption().getInt("parked")).isZero();
  }

  @Test
  void aDatabaseThatIsAwayDelaysAndLosesNothing() throws Exception {
    SharedServers.get().postgres().stop();
    try (Broker broker = Broker.connect()) {
      for (int i = 0; i < 20; i++) {
        broker.send(UUID.randomUUID(), Events.salaryChanged(employee, email, "1.00"));
      }
      broker.confirm();
      given()
          .get("/notifications")
          .then()
          .statusCode(503)
          .body("type", equalTo("urn:aftercommit:problem:database-unavailable"));
    } finally {
      SharedServers.get().postgres().start();
    }

    await().untilAsserted(() -> assertThat(MailServer.mailsTo(email)).hasSize(20));
    await()
        .untilAsserted(
            () ->
                assertThat(Rows.of(employee))
                    .hasSize(20)
                    .allSatisfy(row -> assertThat(row).containsEntry("state", "SENT")));
  }

  private UUID publish() throws Exception {
    UUID id = UUID.randomUUID();
    try (Broker broker = Broker.connect()) {
      broker.send(id, Events.salaryChanged(employee, email, "1.00"));
      broker.confirm();
    }
    return id;
  }

  private static double refusals() {
    return Rows.metric("notification_mails_failed_total{kind=\"server\"");
  }

  private void awaitState(String state) {
    await().untilAsserted(() -> assertThat(Rows.stateOf(employee)).isEqualTo(state));
  }

  private Map<String, Object> row() {
    return Rows.of(employee).getFirst();
  }

  private ValidatableResponse retry() {
    return given().post("/notifications/" + row().get("id") + "/retry").then().statusCode(200);
  }
}

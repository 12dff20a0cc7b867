package dev.aftercommit.notification;

import static dev.aftercommit.notification.Patience.await;
import static dev.aftercommit.notification.ScriptedMailServer.always;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.aftercommit.notification.ScriptedMailServer.Script;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SMTP servers that refuse, are slow, or meet mails that cannot be written. */
@ServiceTest
class SmtpFaultTest {

  private static final AtomicInteger EMPLOYEES = new AtomicInteger();

  @Inject DataSource dataSource;

  private final String employee = "smtp" + EMPLOYEES.incrementAndGet();

  @BeforeEach
  void noServer() {
    MailServer.goAway();
  }

  @AfterEach
  void theMailServerIsBack() {
    MailServer.comeBack();
  }

  @ParameterizedTest
  @CsvSource({
    "GREETING, 554 5.3.2 no SMTP service here",
    "EHLO, 550 5.7.1 not you",
    "MAIL, 530 5.7.0 Must issue a STARTTLS command first",
    "MAIL, 550 5.7.1 sender address rejected: domain not yours",
    "MAIL, 452 4.3.1 insufficient system storage",
    "RCPT, 554 5.7.1 <x>: Relay access denied",
    "RCPT, 530 5.7.57 Client not authenticated",
  })
  void aRefusalThatIsNotAboutTheMailPausesTheSenderAndCostsNoTry(String stage, String reply)
      throws Exception {
    Script refusal =
        (line, usual) ->
            line.startsWith(stage) || (stage.equals("EHLO") && line.startsWith("HELO"))
                ? reply
                : usual;
    try (ScriptedMailServer server = new ScriptedMailServer(MailServer.port(), refusal)) {
      publish(employee, "ann@example.org");
      double before = refusals();
      await().untilAsserted(() -> assertThat(refusals()).isGreaterThan(before + 5));

      assertThat(row()).containsEntry("state", "PENDING");
      assertThat(String.valueOf(row().get("error"))).contains(reply.substring(0, 3));
      assertThat(Rows.metric("outage{of=\"smtp\"")).isEqualTo(1);
      given()
          .get("/q/health/ready")
          .then()
          .statusCode(200)
          .body(containsString(reply.substring(0, 3)));

      server.script((line, usual) -> usual);
      await().untilAsserted(() -> assertThat(row()).containsEntry("state", "SENT"));
      assertThat(row()).containsEntry("tries", 1);
      assertThat(server.taken()).hasSize(1);
    }
  }

  @Test
  void aRecipientToWhomNobodyMayRelayStopsNobodyElseAndIsParkedInTheEnd() throws Exception {
    String other = employee + "-other";
    Script refusal = always("RCPT TO:<FAR@", "554 5.7.1 relay access denied");
    try (ScriptedMailServer server = new ScriptedMailServer(MailServer.port(), refusal)) {
      publish(employee, "far@example.com");
      AtomicInteger others = new AtomicInteger();
      await()
          .untilAsserted(
              () -> {
                publish(other + others.incrementAndGet(), "near@example.org");
                assertThat(row()).containsEntry("state", "PARKED");
              });
      await().untilAsserted(() -> assertThat(server.taken()).hasSize(others.get()));
    }
  }

  @Test
  void anAnswerThatComesLateIsWaitedForAndTheMailGoesOnceWhileOthersGoOn() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    AtomicInteger dots = new AtomicInteger();
    Script slow =
        (line, usual) -> {
          if (line.equals(".") && dots.incrementAndGet() == 1) {
            answer.await();
          }
          return usual;
        };
    try (ScriptedMailServer server = new ScriptedMailServer(MailServer.port(), slow)) {
      publish(employee, "slow@example.org");
      await().untilAsserted(() -> assertThat(dots).hasValue(1));
      publish(employee + "-other", "other@example.org");
      await().untilAsserted(() -> assertThat(Rows.stateOf(employee + "-other")).isEqualTo("SENT"));
      // longer than a claim lasts in this test: renewed, it is taken over by nobody
      await()
          .pollDelay(Duration.ofSeconds(7))
          .untilAsserted(() -> assertThat(row()).containsEntry("state", "PENDING"));
      answer.countDown();
      await().untilAsserted(() -> assertThat(row()).containsEntry("state", "SENT"));
      assertThat(row()).containsEntry("tries", 1);
      assertThat(server.taken()).hasSize(2);
    } finally {
      answer.countDown();
    }
  }

  @Test
  void notificationsThatCannotBeWrittenParkThemselvesAndTakeNoPlaceFromOthers() throws Exception {
    try (ScriptedMailServer server =
        new ScriptedMailServer(MailServer.port(), (line, usual) -> usual)) {
      for (int i = 0; i < 20; i++) { // more than there are places
        insert(employee + "-never" + i, i % 2 == 0 ? "-infinity" : "infinity", "1");
      }
      insert(employee + "-nan", "2026-01-01", "NaN");
      publish(employee, "ann@example.org");

      await().untilAsserted(() -> assertThat(row()).containsEntry("state", "SENT"));
      await().untilAsserted(() -> assertThat(count("PARKED", employee + "-n%")).isEqualTo(21));
      assertThat(server.taken()).hasSize(1);
    }
  }

  @Test
  void aDomainGoesInAsciiAndWhatAServerCannotTakeIsParkedWithTheReason() throws Exception {
    try (ScriptedMailServer server =
        new ScriptedMailServer(MailServer.port(), (line, usual) -> usual)) {
      publish(employee, "ann@ex\u00e4mple.org");
      publish(employee + "-local", "m\u00fcller@example.org");
      publish(employee + "-zero", "an\u200bn@example.org");
      publish(employee + "-nbsp", "ann\u00a0@example.org");

      await().untilAsserted(() -> assertThat(row()).containsEntry("state", "SENT"));
      assertThat(server.commands()).contains("RCPT TO:<ann@xn--exmple-cua.org>");
      assertThat(server.taken().getFirst()).contains("To: ann@xn--exmple-cua.org");
      awaitParked(employee + "-local", "SMTPUTF8");
      awaitParked(employee + "-zero", "U+200B");
      awaitParked(employee + "-nbsp", "U+00A0");
      assertThat(server.taken()).hasSize(1);
    }
  }

  @Test
  void aLocalPartBeyondAsciiGoesToAServerThatOffersIt() throws Exception {
    try (ScriptedMailServer server =
        new ScriptedMailServer(
            MailServer.port(), always("EHLO", "250-scripted\r\n250-8BITMIME\r\n250 SMTPUTF8"))) {
      publish(employee, "m\u00fcller@example.org");

      await().untilAsserted(() -> assertThat(row()).containsEntry("state", "SENT"));
      assertThat(server.commands())
          .anyMatch(line -> line.startsWith("MAIL") && line.contains("SMTPUTF8"));
    }
  }

  @Test
  void parkedNotificationsAreBroughtBackTogether() throws Exception {
    try (ScriptedMailServer server =
        new ScriptedMailServer(MailServer.port(), always("RCPT", "550 5.1.1 no such user"))) {
      publish(employee + "-p1", "p1@example.org");
      publish(employee + "-p2", "p2@example.org");
      awaitParked(employee + "-p1", "550");
      awaitParked(employee + "-p2", "550");

      server.script((line, usual) -> usual);
      given()
          .post("/notifications/retry-parked")
          .then()
          .statusCode(200)
          .body("more", equalTo(false));

      await().untilAsserted(() -> assertThat(count("SENT", employee + "-p_")).isEqualTo(2));
    }
  }

  private static double refusals() {
    return Rows.metric("notification_mails_failed_total{kind=\"server\"");
  }

  private Map<String, Object> row() {
    return Rows.of(employee).getFirst();
  }

  private static void awaitParked(String employee, String reason) {
    await().untilAsserted(() -> assertThat(Rows.stateOf(employee)).isEqualTo("PARKED"));
    assertThat(String.valueOf(Rows.of(employee).getFirst().get("error"))).contains(reason);
  }

  private static void publish(String employee, String email) throws Exception {
    try (Broker broker = Broker.connect()) {
      broker.send(UUID.randomUUID(), Events.salaryChanged(employee, email, "1.00"));
      broker.confirm();
    }
    await().untilAsserted(() -> assertThat(Rows.of(employee)).isNotEmpty());
  }

  private void insert(String employee, String changedAt, String salary) throws Exception {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                """
                INSERT INTO notification
                  (event_id, employee, name, email, salary, currency, changed_at, message_id, state)
                VALUES (gen_random_uuid(), ?, 'Ann', 'ann@example.org', ?::numeric, 'EUR',
                  ?::timestamptz, '<x@y.org>', 'PENDING')
                """)) {
      insert.setString(1, employee);
      insert.setString(2, salary);
      insert.setString(3, changedAt);
      insert.executeUpdate();
    }
  }

  private long count(String state, String employees) throws Exception {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT count(*) FROM notification WHERE state = ? AND employee LIKE ?")) {
      select.setString(1, state);
      select.setString(2, employees);
      try (var row = select.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }
}

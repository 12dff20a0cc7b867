package dev.aftercommit.notification.mail;

import dev.aftercommit.consumer.BatchTransaction;
import dev.aftercommit.consumer.EventHandler;
import dev.aftercommit.consumer.RawMessage;
import dev.aftercommit.consumer.Reading;
import dev.aftercommit.events.EmployeeChanged;
import dev.aftercommit.events.EmployeeChanged.Change;
import dev.aftercommit.events.EventJson;
import dev.aftercommit.events.EventType;
import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.junit.Actor;
import dev.aftercommit.lab.junit.Lab;
import dev.aftercommit.lab.junit.LabServerSource;
import dev.aftercommit.lab.junit.ScheduleTest;
import dev.aftercommit.lab.scenario.Addresses;
import dev.aftercommit.notification.ServiceTest;
import dev.aftercommit.notification.config.NotificationConfig;
import jakarta.inject.Inject;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/**
 * From a message to a mail that was sent, in every order and wherever somebody dies. The
 * transaction of a message, what it writes and the claims are the service's own; the test stands
 * for the loops around them, which decide by timers, and for the SMTP server.
 */
@ServiceTest
class NoticeSchedulesTest {

  private static final String QUEUE = "lab.salary-changes";
  private static final String EVENT_ID = "019a0000-0000-7000-8000-000000000001";
  private static final String MESSAGE =
      new String(
          EventJson.write(
              new EmployeeChanged(
                  "1",
                  "Ann",
                  "ann@example.org",
                  "7",
                  new BigDecimal("2.00"),
                  "EUR",
                  1,
                  Change.SALARY_CHANGED,
                  Instant.parse("2026-02-01T08:30:00Z"))),
          StandardCharsets.UTF_8);

  private static final int TRIES = 3;

  @Inject EventHandler notices;
  @Inject NotificationConfig config;

  @LabServerSource
  static Addresses servers() {
    return NotificationLab.servers();
  }

  @ScheduleTest
  void aMessageThatTwoConsumersGetAtOnceMakesOneMail(Lab lab) throws IOException {
    NotificationLab.tables(lab);
    lab.queue(QUEUE, MESSAGE, MESSAGE);
    lab.consumer("A", QUEUE, this::consume);
    lab.consumer("B", QUEUE, this::consume);
    oneMailComesOfIt(lab);
    lab.finallyHolds("the other was ignored", "SELECT ignored = 1 FROM inbox.duplicates");
  }

  @ScheduleTest
  void aMessageMakesOneMailWhereverAConsumerDies(Lab lab) throws IOException {
    NotificationLab.tables(lab);
    lab.queue(QUEUE, MESSAGE);
    lab.consumer("A", QUEUE, this::consume);
    lab.consumer("B", QUEUE, this::consume);
    lab.faults(
        Turn.KILL,
        Turn.CONSUMER_DIES,
        Turn.DUPLICATE,
        Turn.LOST_BEFORE_COMMIT,
        Turn.LOST_AFTER_COMMIT);
    oneMailComesOfIt(lab);
  }

  @ScheduleTest
  void aMailIsSentOnceWhereverASenderDies(Lab lab) throws IOException {
    NotificationLab.tables(lab);
    NotificationLab.mails(lab, 1);
    lab.restartingActor("A", this::send);
    lab.restartingActor("B", this::send);
    lab.faults(Turn.KILL, Turn.LOST_AFTER_COMMIT);
    lab.always("no mail is sent twice", "SELECT bool_and(tries <= 1) FROM notification");
    lab.finallyHolds(
        "it is sent, or still claimed, or still due",
        """
        SELECT count(*) = 1 AND bool_and(CASE WHEN state = 'SENT' THEN tries = 1
          ELSE state = 'PENDING' AND (tries = 1) = (claimed_until IS NOT NULL) END)
        FROM notification
        """);
  }

  private static void oneMailComesOfIt(Lab lab) {
    lab.always("no second mail", "SELECT count(*) <= 1 FROM notification");
    lab.finallyHolds("one mail is due", "SELECT count(*) = 1 FROM notification");
    lab.finallyHolds("nothing is left in the queue", "SELECT count(*) = 0 FROM lab.queued");
  }

  private void consume(Actor actor, String body) throws SQLException {
    RawMessage message =
        new RawMessage(
            EventType.EMPLOYEE_CHANGED_V1.ceType(),
            EVENT_ID,
            body.getBytes(StandardCharsets.UTF_8),
            false);
    BatchTransaction transaction = new BatchTransaction(actor.dataSource(), notices);
    untilDone(() -> transaction.commit(List.of(Reading.of(message))));
  }

  private void send(Actor actor) throws SQLException {
    Claims claims = new Claims(actor.dataSource(), config);
    List<SendResult> sent =
        untilDone(() -> claims.claim(1)).stream().<SendResult>map(SendResult.Sent::new).toList();
    if (!sent.isEmpty()) {
      untilDone(() -> claims.settle(sent));
    }
  }

  /** As the loops do: what the database has not confirmed is tried again. */
  private static <T> T untilDone(Work<T> work) throws SQLException {
    for (int tries = 1; ; tries++) {
      try {
        return work.run();
      } catch (SQLException e) {
        if (tries == TRIES) {
          throw e;
        }
      }
    }
  }

  @FunctionalInterface
  private interface Work<T> {
    T run() throws SQLException;
  }
}

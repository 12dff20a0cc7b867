package dev.aftercommit.notification.mail;

import dev.aftercommit.lab.database.ServerAddress;
import dev.aftercommit.lab.junit.Lab;
import dev.aftercommit.lab.junit.LabServerSource;
import dev.aftercommit.lab.junit.ScheduleTest;
import dev.aftercommit.lab.stack.StackAddresses;
import dev.aftercommit.notification.ServiceTest;
import dev.aftercommit.notification.config.NotificationConfig;
import dev.aftercommit.stack.testing.SharedServers;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Two senders claim mails in every order of their statements. The claims are the service's own,
 * with the configuration of the running service, on a database of the lab's.
 */
@ServiceTest
class ClaimSchedulesTest {

  @Inject NotificationConfig config;

  @LabServerSource
  static ServerAddress server() {
    return StackAddresses.of(SharedServers.get().postgres());
  }

  @ScheduleTest
  void noMailIsClaimedTwiceAndNoneIsLeftOut(Lab lab) throws IOException {
    twoMails(lab);
    lab.actor("A", actor -> new Claims(actor.dataSource(), config).claim(1));
    lab.actor("B", actor -> new Claims(actor.dataSource(), config).claim(1));
    lab.always("no mail is tried twice", "SELECT max(tries) <= 1 FROM notification");
    lab.finallyHolds("both are claimed", "SELECT sum(tries) = 2 FROM notification");
  }

  @ScheduleTest
  void whatOneGivesBackTheOtherMayClaim(Lab lab) throws IOException {
    twoMails(lab);
    lab.actor(
        "A",
        actor -> {
          Claims claims = new Claims(actor.dataSource(), config);
          claims.release(claims.claim(2));
        });
    lab.actor("B", actor -> new Claims(actor.dataSource(), config).claim(2));
    lab.always("no mail is tried twice", "SELECT max(tries) <= 1 FROM notification");
    lab.finallyHolds(
        "a try is counted where there is a claim",
        "SELECT bool_and((tries = 1) = (claimed_until IS NOT NULL)) FROM notification");
  }

  private static void twoMails(Lab lab) throws IOException {
    lab.fixture(resource("/db/migration/V100__notification.sql"));
    lab.fixture(
        """
        INSERT INTO notification
          (event_id, employee, name, email, salary, currency, changed_at, message_id, state)
        SELECT gen_random_uuid(), 'e' || i, 'Ann', 'ann@example.com', 1, 'EUR', now(), 'm' || i, 'PENDING'
        FROM generate_series(1, 2) AS i
        """);
  }

  private static String resource(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ClaimSchedulesTest.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}

package dev.aftercommit.notification.mail;

import dev.aftercommit.lab.junit.Lab;
import dev.aftercommit.lab.junit.LabServerSource;
import dev.aftercommit.lab.junit.ScheduleTest;
import dev.aftercommit.lab.scenario.Addresses;
import dev.aftercommit.notification.ServiceTest;
import dev.aftercommit.notification.config.NotificationConfig;
import jakarta.inject.Inject;
import java.io.IOException;

/**
 * Two senders claim mails in every order of their statements. The claims are the service's own,
 * with the configuration of the running service, on a database of the lab's.
 */
@ServiceTest
class ClaimSchedulesTest {

  @Inject NotificationConfig config;

  @LabServerSource
  static Addresses servers() {
    return NotificationLab.servers();
  }

  @ScheduleTest
  void noMailIsClaimedTwiceAndNoneIsLeftOut(Lab lab) throws IOException {
    NotificationLab.tables(lab);
    NotificationLab.mails(lab, 2);
    lab.actor("A", actor -> new Claims(actor.dataSource(), config).claim(1));
    lab.actor("B", actor -> new Claims(actor.dataSource(), config).claim(1));
    lab.always("no mail is tried twice", "SELECT max(tries) <= 1 FROM notification");
    lab.finallyHolds("both are claimed", "SELECT sum(tries) = 2 FROM notification");
  }

  @ScheduleTest
  void whatOneGivesBackTheOtherMayClaim(Lab lab) throws IOException {
    NotificationLab.tables(lab);
    NotificationLab.mails(lab, 2);
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
}

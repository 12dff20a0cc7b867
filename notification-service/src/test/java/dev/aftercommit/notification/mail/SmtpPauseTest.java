package dev.aftercommit.notification.mail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.notification.mail.SendResult.Refused;
import dev.aftercommit.notification.mail.SendResult.Sent;
import dev.aftercommit.notification.mail.SendResult.ServerRefused;
import dev.aftercommit.notification.mail.SendResult.Unanswered;
import dev.aftercommit.resilience.Outage;
import java.time.Duration;
import java.time.OffsetDateTime;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;

class SmtpPauseTest {

  private static final SendResult AWAY = new Unanswered(mail(1), "reset");
  private static final SendResult ANSWER = new Refused(mail(1), "451");

  private final Outage outage = new Outage(Logger.getLogger(SmtpPauseTest.class), "SMTP");
  private final SmtpPause pause =
      new SmtpPause(Duration.ofMillis(200), Duration.ofSeconds(1), outage);
  private long now = Long.MAX_VALUE - 1; // nanoTime may overflow

  @Test
  void withoutFailuresEverythingMayBeUnderWay() {
    pause.note(ANSWER, now);

    assertThat(pause.allowed(16, now)).isEqualTo(16);
    assertThat(pause.pauseLeft(now)).isZero();
    assertThat(outage.reason()).isEmpty();
  }

  @Test
  void aFailurePausesAllAndThenOneMailProbes() {
    pause.note(AWAY, now);

    assertThat(outage.reason()).isPresent();
    assertThat(pause.allowed(16, now)).isZero();
    pass(Duration.ofMillis(99));
    assertThat(pause.allowed(16, now)).isZero();
    pass(Duration.ofMillis(101));
    assertThat(pause.allowed(16, now)).isEqualTo(1);
  }

  @Test
  void failuresOfMailsThatWereUnderWayDoNotLengthenThePause() {
    pause.note(AWAY, now);
    Duration left = pause.pauseLeft(now);
    for (int i = 0; i < 16; i++) {
      pause.note(AWAY, now);
    }

    assertThat(pause.pauseLeft(now)).isEqualTo(left);
  }

  @Test
  void eachFailedProbeDoublesThePauseUpToTheLongest() {
    for (long millis : new long[] {200, 400, 800, 1000, 1000}) {
      pause.note(AWAY, now);
      assertThat(pause.pauseLeft(now))
          .isBetween(Duration.ofMillis(millis / 2), Duration.ofMillis(millis));
      pass(Duration.ofMillis(millis));
    }
  }

  @Test
  void anyAnswerAboutAMailEndsTheOutage() {
    pause.note(AWAY, now);
    pause.note(ANSWER, now);

    assertThat(pause.allowed(16, now)).isEqualTo(16);
    assertThat(outage.reason()).isEmpty();
  }

  @Test
  void aRefusalByTheServerCountsForAMailOnceOthersWentMeanwhile() {
    SendResult relay = new ServerRefused(mail(1), "554 relay access denied", true);

    assertThat(pause.note(relay, now)).isSameAs(relay);
    assertThat(pause.note(relay, now)).isSameAs(relay);
    pause.note(new Sent(mail(2)), now);

    assertThat(pause.note(relay, now)).isInstanceOf(Refused.class);
    assertThat(pause.allowed(16, now)).isEqualTo(16);
  }

  private static ClaimedMail mail(long id) {
    return new ClaimedMail(
        id, 1, "a@b.org", "Ann", "1", "EUR", OffsetDateTime.MIN, "<" + id + "@b.org>");
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }
}

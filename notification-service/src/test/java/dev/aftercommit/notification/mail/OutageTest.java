package dev.aftercommit.notification.mail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aftercommit.notification.mail.SendResult.Refused;
import dev.aftercommit.notification.mail.SendResult.Unreachable;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class OutageTest {

  private static final ClaimedMail MAIL =
      new ClaimedMail(1, 1, "a@b.org", "Ann", BigDecimal.ONE, "EUR", Instant.EPOCH, "<1@b.org>", 0);
  private static final SendResult AWAY = new Unreachable(MAIL, "refused");
  private static final SendResult ANSWER = new Refused(MAIL, "451");

  private final Outage outage = new Outage(Duration.ofMillis(200), Duration.ofSeconds(1));
  private long now = Long.MAX_VALUE - 1; // nanoTime may overflow

  @Test
  void withoutFailuresEverythingMayBeUnderWay() {
    outage.note(ANSWER, now);

    assertThat(outage.allowed(16, now)).isEqualTo(16);
    assertThat(outage.pauseLeft(now)).isZero();
  }

  @Test
  void aFailurePausesAllAndThenOneMailProbes() {
    outage.note(AWAY, now);

    assertThat(outage.allowed(16, now)).isZero();
    pass(Duration.ofMillis(199));
    assertThat(outage.allowed(16, now)).isZero();
    pass(Duration.ofMillis(1));
    assertThat(outage.allowed(16, now)).isEqualTo(1);
  }

  @Test
  void failuresOfMailsThatWereUnderWayDoNotLengthenThePause() {
    for (int i = 0; i < 16; i++) {
      outage.note(AWAY, now);
    }

    assertThat(outage.pauseLeft(now)).isEqualTo(Duration.ofMillis(200));
  }

  @Test
  void eachFailedProbeDoublesThePauseUpToTheLongest() {
    for (long millis : new long[] {200, 400, 800, 1000, 1000}) {
      outage.note(AWAY, now);
      assertThat(outage.pauseLeft(now)).isEqualTo(Duration.ofMillis(millis));
      pass(Duration.ofMillis(millis));
    }
  }

  @Test
  void anyAnswerEndsTheOutage() {
    outage.note(AWAY, now);
    outage.note(ANSWER, now);

    assertThat(outage.allowed(16, now)).isEqualTo(16);
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }
}

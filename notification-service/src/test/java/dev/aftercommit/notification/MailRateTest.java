package dev.aftercommit.notification;

import static dev.aftercommit.notification.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Prints how many mails leave in a second, on demand: {@code -Dmails=5000}. */
@ServiceTest
@EnabledIfSystemProperty(named = "mails", matches = "\\d+")
class MailRateTest {

  private static final Duration LIMIT = Duration.ofMinutes(5);

  @Test
  void everyMailLeaves() throws Exception {
    int mails = Integer.getInteger("mails");
    int before = sent();
    long begun = System.nanoTime();
    try (Broker broker = Broker.connect()) {
      for (int i = 0; i < mails; i++) {
        broker.send(UUID.randomUUID(), Events.salaryChanged("r", "r@example.org", "1.00"));
      }
      broker.confirm();
    }
    double published = seconds(begun);
    await().atMost(LIMIT).untilAsserted(() -> assertThat(sent()).isEqualTo(before + mails));
    double done = seconds(begun);
    System.out.printf(
        "%d mails: published in %.1f s, all sent and marked after %.1f s: %.0f mails/s%n",
        mails, published, done, mails / done);
  }

  private static int sent() {
    return Rows.consumption().getInt("notifications.sent");
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}

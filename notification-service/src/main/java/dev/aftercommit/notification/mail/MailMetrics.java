package dev.aftercommit.notification.mail;

import dev.aftercommit.notification.mail.SendResult.Refused;
import dev.aftercommit.notification.mail.SendResult.Sent;
import dev.aftercommit.notification.mail.SendResult.ServerRefused;
import dev.aftercommit.notification.mail.SendResult.Unanswered;
import dev.aftercommit.notification.mail.SendResult.Undeliverable;
import dev.aftercommit.notification.mail.SendResult.Unsendable;
import dev.aftercommit.notification.notification.NotificationQueries.Pending;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Mails of this process since it started, and what is pending in the database. */
@Singleton
class MailMetrics {

  private final Counter sent;
  private final Counter refused;
  private final Counter undeliverable;
  private final Counter unsendable;
  private final Counter server;
  private final Counter unanswered;
  private final Counter parked;
  private volatile int underWay;
  private volatile Pending pending = new Pending(0, Duration.ZERO);

  MailMetrics(MeterRegistry registry) {
    sent = registry.counter("notification.mails.sent");
    refused = registry.counter("notification.mails.failed", "kind", "refused");
    undeliverable = registry.counter("notification.mails.failed", "kind", "undeliverable");
    unsendable = registry.counter("notification.mails.failed", "kind", "unsendable");
    server = registry.counter("notification.mails.failed", "kind", "server");
    unanswered = registry.counter("notification.mails.failed", "kind", "unanswered");
    parked = registry.counter("notification.mails.parked");
    Gauge.builder("notification.mails.under.way", () -> underWay)
        .description("mails of this process that the SMTP server has not answered to")
        .register(registry);
    Gauge.builder("notification.pending", () -> pending.count())
        .description("notifications to be sent, of all instances")
        .register(registry);
    Gauge.builder("notification.pending.oldest.age", () -> pending.oldestAge().toMillis() / 1000.0)
        .description("since the oldest of them was made")
        .baseUnit("seconds")
        .register(registry);
  }

  void tried(SendResult result) {
    switch (result) {
      case Sent done -> sent.increment();
      case Refused answer -> refused.increment();
      case Undeliverable answer -> undeliverable.increment();
      case Unsendable ours -> unsendable.increment();
      case ServerRefused other -> server.increment();
      case Unanswered away -> unanswered.increment();
    }
  }

  void parked(int count) {
    parked.increment(count);
  }

  void underWay(int count) {
    underWay = count;
  }

  void pending(Pending now) {
    pending = now;
  }
}

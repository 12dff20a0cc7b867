package dev.aftercommit.notification.mail;

import dev.aftercommit.notification.mail.SendResult.Refused;
import dev.aftercommit.notification.mail.SendResult.Sent;
import dev.aftercommit.notification.mail.SendResult.Undeliverable;
import dev.aftercommit.notification.mail.SendResult.Unreachable;
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
  private final Counter unreachable;
  private final Counter parked;
  private volatile Pending pending = new Pending(0, Duration.ZERO);

  MailMetrics(MeterRegistry registry) {
    sent = registry.counter("notification.mails.sent");
    refused = registry.counter("notification.mails.failed", "kind", "refused");
    undeliverable = registry.counter("notification.mails.failed", "kind", "undeliverable");
    unreachable = registry.counter("notification.mails.failed", "kind", "unreachable");
    parked = registry.counter("notification.mails.parked");
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
      case Unreachable away -> unreachable.increment();
    }
  }

  void parked(int count) {
    parked.increment(count);
  }

  void pending(Pending now) {
    pending = now;
  }
}

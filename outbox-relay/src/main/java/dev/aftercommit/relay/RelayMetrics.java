package dev.aftercommit.relay;

import dev.aftercommit.outbox.OutboxEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;

/** What the relay counts about its own work. The state of the outbox is in {@code backlog}. */
@ApplicationScoped
class RelayMetrics {

  private final Clock clock;
  private final Counter published;
  private final Counter refused;
  private final Counter parked;
  private final Timer delay;

  RelayMetrics(MeterRegistry registry, Clock clock) {
    this.clock = clock;
    this.published =
        Counter.builder("outbox.published")
            .description("Events confirmed by the broker, repetitions included")
            .register(registry);
    this.refused =
        Counter.builder("outbox.refused")
            .description("Events the broker returned as unroutable or refused")
            .register(registry);
    this.parked =
        Counter.builder("outbox.parked")
            .description("Events parked: refused ones and those behind them")
            .register(registry);
    this.delay =
        Timer.builder("outbox.confirm.delay")
            .description("From the change, by the service's clock, to the broker's confirm")
            .register(registry);
  }

  void published(OutboxEvent event) {
    published.increment();
    delay.record(Duration.between(event.occurredAt(), clock.instant()));
  }

  void refused() {
    refused.increment();
  }

  void parked() {
    parked.increment();
  }
}

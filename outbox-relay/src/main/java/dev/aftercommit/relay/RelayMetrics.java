package dev.aftercommit.relay;

import dev.aftercommit.outbox.OutboxEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** What the relay counts about its own work. The state of the outbox is in {@code backlog}. */
@ApplicationScoped
class RelayMetrics {

  private final Clock clock;
  private final Counter published;
  private final Counter refused;
  private final Counter parked;
  private final Counter nacked;
  private final Counter rewound;
  private final Counter sessions;
  private final Counter topologyMissing;
  private final AtomicInteger held = new AtomicInteger();
  private final Timer delay;

  RelayMetrics(MeterRegistry registry, Clock clock) {
    this.clock = clock;
    this.published =
        Counter.builder("outbox.published")
            .description("Events confirmed by the broker, repetitions included")
            .register(registry);
    this.refused =
        Counter.builder("outbox.refused")
            .description("Events the broker returned as unroutable")
            .register(registry);
    this.parked =
        Counter.builder("outbox.parked")
            .description("Events parked: refused ones and those behind them")
            .register(registry);
    this.nacked =
        Counter.builder("outbox.nacked")
            .description("Refusals (nack) by the broker; each event is tried again")
            .register(registry);
    this.rewound =
        Counter.builder("outbox.rewound")
            .description("Times the outbox was found to have gone back, and was sent again")
            .register(registry);
    this.sessions =
        Counter.builder("outbox.sessions")
            .description("Sessions with broker and database that were begun")
            .register(registry);
    this.topologyMissing =
        Counter.builder("outbox.topology.missing")
            .description("Exchanges and queues that were found missing")
            .register(registry);
    Gauge.builder("outbox.held.events", held, AtomicInteger::get)
        .description("Events that wait because the broker refuses their topic for now")
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

  void nacked() {
    nacked.increment();
  }

  void rewound() {
    rewound.increment();
  }

  void sessionBegun() {
    sessions.increment();
  }

  void topologyMissing(int names) {
    topologyMissing.increment(names);
  }

  /** How many events wait because the broker refuses their topic for now. */
  void held(int events) {
    held.set(events);
  }

  void parked() {
    parked.increment();
  }
}

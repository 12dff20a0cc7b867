package dev.aftercommit.resilience;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jboss.logging.Logger;

/**
 * The outages of this process by name, each with the gauge {@code outage} (1 while it lasts), label
 * {@code of}. While one that matters for readiness lasts, {@link OutagesReadiness} is DOWN and says
 * why.
 */
@Singleton
public class Outages {

  private final MeterRegistry registry;
  private final Map<String, Entry> entries = new ConcurrentSkipListMap<>();
  private final Queue<Gauge> gauges = new ConcurrentLinkedQueue<>();

  record Entry(Outage outage, boolean mattersForReadiness) {}

  public Outages(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * The outage with this name; the same object for the same name.
   *
   * @param name short, labels the metric and the readiness detail: {@code database}
   * @param what as a log line begins: {@code RabbitMQ at localhost:5672}
   * @param mattersForReadiness whether requests should go to another instance meanwhile
   */
  public Outage of(String name, String what, Logger log, boolean mattersForReadiness) {
    return entries
        .computeIfAbsent(
            name, _ -> new Entry(register(name, new Outage(log, what)), mattersForReadiness))
        .outage();
  }

  Map<String, Entry> entries() {
    return entries;
  }

  /** The registry may outlive this application, and would go on showing the state of this one. */
  @PreDestroy
  void stop() {
    gauges.forEach(registry::remove);
  }

  private Outage register(String name, Outage outage) {
    gauges.add(
        Gauge.builder("outage", outage, o -> o.reason().isPresent() ? 1 : 0)
            .description("1 while this dependency or background work of the process fails")
            .tag("of", name)
            .register(registry));
    return outage;
  }
}

package dev.aftercommit.employee.events;

import dev.aftercommit.employee.cache.ReadCaches;
import dev.aftercommit.employee.ids.PublicIds;
import dev.aftercommit.employee.transactions.AfterCommit;
import dev.aftercommit.events.Event;
import dev.aftercommit.events.EventJson;
import dev.aftercommit.outbox.Outbox;
import dev.aftercommit.outbox.OutboxEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Appends the events of a change to the outbox, in the transaction that makes the change; once that
 * has committed, drops what they make old from the cache, and counts them. The changed rows must
 * have been written (flushed) before.
 */
@ApplicationScoped
public class ChangeEvents {

  private static final String SOURCE = "urn:aftercommit:employee-service";

  private final Outbox outbox;
  private final ReadCaches caches;
  private final PublicIds ids;
  private final TraceParent traceParent;
  private final TransactionSynchronizationRegistry transactions;
  private final Counter committed;

  @Inject
  ChangeEvents(
      Outbox outbox,
      ReadCaches caches,
      PublicIds ids,
      TraceParent traceParent,
      TransactionSynchronizationRegistry transactions,
      MeterRegistry meters) {
    this.outbox = outbox;
    this.caches = caches;
    this.ids = ids;
    this.traceParent = traceParent;
    this.transactions = transactions;
    this.committed =
        Counter.builder("aftercommit.changes.committed")
            .description("changes committed, each with its event")
            .register(meters);
  }

  /**
   * Appends the events in their order.
   *
   * @throws IllegalStateException outside a transaction
   */
  public void append(List<? extends Event> events) {
    String trace = traceParent.value();
    outbox.append(events.stream().map(event -> toOutbox(event, trace)).toList());
    caches.changedAfterCommit(events);
    transactions.registerInterposedSynchronization(
        new AfterCommit(() -> committed.increment(events.size())));
  }

  private OutboxEvent toOutbox(Event event, @Nullable String trace) {
    return new OutboxEvent(
        ids.nextEvent(),
        event.type().subject(event.subjectId()),
        event.topic(),
        event.type().ceType(),
        SOURCE,
        event.type().dataSchema(),
        event.occurredAt(),
        trace,
        EventJson.write(event));
  }
}

package dev.aftercommit.aggregator.average;

import dev.aftercommit.aggregator.config.AggregatorConfig;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Changes of averages as they happen. One query per interval for all subscribers, and none without
 * subscribers; it sees what any instance committed. What a subscriber cannot take in time is
 * merged, not queued: each event brings it from the state it has seen to the newest.
 */
@ApplicationScoped
class AverageStream {

  private static final Logger LOG = Logger.getLogger(AverageStream.class);

  private final AverageQueries queries;
  private final Multi<Averages> snapshots;
  private final Duration heartbeat;

  AverageStream(AverageQueries queries, AggregatorConfig config) {
    this.queries = queries;
    this.heartbeat = config.stream().heartbeat();
    this.snapshots =
        Multi.createFrom()
            .ticks()
            .startingAfter(Duration.ofMillis(1))
            .every(config.stream().interval())
            .onOverflow()
            .drop()
            .emitOn(Infrastructure.getDefaultWorkerPool(), 1)
            .onItem()
            .transformToMultiAndConcatenate(tick -> read())
            .broadcast()
            .withCancellationAfterLastSubscriberDeparture()
            .toAllSubscribers();
  }

  /**
   * The changes as events, each with the moment it is of as its id, and a comment once in a while:
   * it keeps proxies from closing a silent connection, and finds out that a listener has vanished.
   */
  Multi<OutboundSseEvent> events(Sse sse) {
    Multi<OutboundSseEvent> events = changes().map(change -> event(sse, change));
    Multi<OutboundSseEvent> comments =
        Multi.createFrom()
            .ticks()
            .startingAfter(heartbeat)
            .every(heartbeat)
            .onOverflow()
            .drop()
            .map(tick -> sse.newEventBuilder().comment("").build());
    // one at a time: what a listener cannot take is merged before it comes here
    return Multi.createBy().merging().withRequests(1).streams(events, comments);
  }

  private static OutboundSseEvent event(Sse sse, Averages change) {
    return sse.newEventBuilder()
        .id(change.asOf().toString())
        .mediaType(MediaType.APPLICATION_JSON_TYPE)
        .data(Averages.class, change)
        .build();
  }

  /** First all departments, then those that changed, in one event per interval at most. */
  Multi<Averages> changes() {
    return Multi.createFrom()
        .deferred(
            () -> {
              Map<String, DepartmentAverage> seen = new HashMap<>();
              return snapshots
                  .onOverflow()
                  .dropPreviousItems()
                  .map(snapshot -> changed(snapshot, seen))
                  .filter(change -> !change.departments().isEmpty());
            });
  }

  private static Averages changed(Averages snapshot, Map<String, DepartmentAverage> seen) {
    List<DepartmentAverage> changed =
        snapshot.departments().stream()
            .filter(department -> !department.equals(seen.put(department.department(), department)))
            .toList();
    return new Averages(snapshot.asOf(), changed);
  }

  private Multi<Averages> read() {
    try {
      return Multi.createFrom().item(queries.all());
    } catch (SQLException | RuntimeException e) { // an error here would end every stream
      LOG.debug("averages not read for the stream, tried again in an interval", e);
      return Multi.createFrom().empty();
    }
  }
}

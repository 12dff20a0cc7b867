package dev.aftercommit.relay;

import dev.aftercommit.relay.InFlightPage.Sent;
import dev.aftercommit.relay.cursor.StoredEvent;
import dev.aftercommit.relay.park.ParkedEvents;
import dev.aftercommit.relay.publish.ConfirmedPublisher;
import dev.aftercommit.relay.publish.Outcome;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sends parked events again, in rounds of one event per key, each round confirmed before the next:
 * a key whose event is returned again stays parked from there on, with the new reason. One that the
 * broker refuses for now (nack) stays asked for; the replay goes on when the broker may be tried
 * again. Runs while nothing else is on its way, so new events of these keys come after.
 */
final class Replay {

  private static final Logger LOG = Logger.getLogger(Replay.class);
  private static final int BATCH = 1000;
  private static final Duration WAIT = Duration.ofMillis(200);

  private final ParkedEvents parked;
  private final Deliveries deliveries;
  private final Refusals refusals;
  private final Signal signal;
  private final RelayMetrics metrics;
  private int sent;
  private int returned;
  private @Nullable String lastReason;

  Replay(
      ParkedEvents parked,
      Deliveries deliveries,
      Refusals refusals,
      Signal signal,
      RelayMetrics metrics) {
    this.parked = parked;
    this.deliveries = deliveries;
    this.refusals = refusals;
    this.signal = signal;
    this.metrics = metrics;
  }

  void run(Collection<Short> shards) throws SQLException, IOException {
    List<StoredEvent> asked = parked.toReplay(shards, BATCH);
    while (!asked.isEmpty() && round(asked)) {
      asked = parked.toReplay(shards, BATCH);
    }
    if (returned > 0) {
      LOG.warnf(
          "replayed %d parked events; %d were returned again and stay parked with their keys, the last one because: %s",
          sent, returned, lastReason);
    } else if (sent > 0) {
      LOG.infof("replayed %d parked events", sent);
    }
  }

  /** Whether there is a reason for another round. */
  private boolean round(List<StoredEvent> asked) throws SQLException, IOException {
    ConfirmedPublisher<Sent> publisher = deliveries.publisher();
    InFlightPage page = InFlightPage.ofReplay();
    Set<String> keys = new HashSet<>();
    int underWay = 0;
    for (StoredEvent event : asked) {
      if (publisher.hasRoom() && keys.add(event.key()) && refusals.admits(event)) {
        publisher.publish(event.event(), new Sent(event, page));
        underWay++;
      }
    }
    if (underWay == 0) {
      // Publishers are blocked, or every topic is refused: asked for as before, and tried again.
      deliveries.requireProgress();
      return false;
    }
    return collect(underWay) > 0;
  }

  /** Returns how many the broker has taken or returned. */
  private int collect(int underWay) throws SQLException, IOException {
    List<Long> taken = new ArrayList<>();
    int settled = 0;
    int open = underWay;
    while (open > 0) {
      Outcome<Sent> outcome = deliveries.publisher().poll();
      if (outcome == null) {
        deliveries.requireProgress();
        signal.await(WAIT);
        continue;
      }
      open--;
      StoredEvent event = outcome.tag().event();
      switch (outcome.answer()) {
        case CONFIRMED -> taken.add(event.position());
        case RETURNED -> {
          returned++;
          lastReason = outcome.reason();
          metrics.refused();
          parked.endReplay(event, String.valueOf(outcome.reason()));
        }
        case NACKED -> {
          metrics.nacked();
          refusals.nacked(event);
          continue;
        }
      }
      settled++;
      refusals.answered(event);
    }
    parked.remove(taken);
    sent += taken.size();
    return settled;
  }
}

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

/**
 * Sends parked events again, in rounds of one event per key, each round confirmed before the next:
 * a key whose event is refused again stays parked from there on. Runs while nothing else is on its
 * way, so new events of these keys come after.
 */
final class Replay {

  private static final Logger LOG = Logger.getLogger(Replay.class);
  private static final int BATCH = 1000;
  private static final Duration WAIT = Duration.ofMillis(200);

  /** Ends the replay when the connection is gone or the broker silent. */
  interface ProgressCheck {
    void check() throws IOException;
  }

  private final ParkedEvents parked;
  private final ConfirmedPublisher<Sent> publisher;
  private final Signal signal;
  private final ProgressCheck progress;

  Replay(
      ParkedEvents parked,
      ConfirmedPublisher<Sent> publisher,
      Signal signal,
      ProgressCheck progress) {
    this.parked = parked;
    this.publisher = publisher;
    this.signal = signal;
    this.progress = progress;
  }

  void run(Collection<Short> shards) throws SQLException, IOException {
    int sent = 0;
    List<StoredEvent> asked = parked.toReplay(shards, BATCH);
    while (!asked.isEmpty()) {
      sent += round(asked);
      asked = parked.toReplay(shards, BATCH);
    }
    LOG.infof("replayed %d parked events", sent);
  }

  private int round(List<StoredEvent> asked) throws SQLException, IOException {
    InFlightPage page = InFlightPage.ofReplay();
    Set<String> keys = new HashSet<>();
    int underWay = 0;
    for (StoredEvent event : asked) {
      if (publisher.hasRoom() && keys.add(event.key())) {
        publisher.publish(event.event(), new Sent(event, page));
        underWay++;
      }
    }
    return collect(underWay);
  }

  private int collect(int underWay) throws SQLException, IOException {
    List<Long> taken = new ArrayList<>();
    int open = underWay;
    while (open > 0) {
      Outcome<Sent> outcome = publisher.poll();
      if (outcome == null) {
        progress.check();
        signal.await(WAIT);
        continue;
      }
      open--;
      StoredEvent event = outcome.tag().event();
      if (outcome.refusal() == null) {
        taken.add(event.position());
      } else {
        parked.endReplay(event.shard(), event.key());
      }
    }
    parked.remove(taken);
    return taken.size();
  }
}

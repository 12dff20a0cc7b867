package dev.aftercommit.relay;

import dev.aftercommit.relay.InFlightPage.Sent;
import dev.aftercommit.relay.config.RelayConfig;
import dev.aftercommit.relay.cursor.OutboxReader;
import dev.aftercommit.relay.cursor.StoredEvent;
import dev.aftercommit.relay.lease.Ownership;
import dev.aftercommit.relay.lease.ShardStore;
import dev.aftercommit.relay.lease.ShardStore.Heartbeat;
import dev.aftercommit.relay.park.ParkedEvents;
import dev.aftercommit.relay.park.ParkedEvents.Parking;
import dev.aftercommit.relay.publish.ConfirmedPublisher;
import dev.aftercommit.relay.publish.Outcome;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * The relay's work over one connection to the broker and one to the database: read pages, publish,
 * settle, move the cursor. It keeps nothing that a new session could not read again; any failure
 * ends it, and the next one starts from the cursors in the database. One thread uses it.
 */
final class RelaySession {

  private static final Duration WAIT_FOR_OUTCOME = Duration.ofMillis(200);

  private final RelayConfig config;
  private final ShardStore shards;
  private final ParkedEvents parkedEvents;
  private final Ownership ownership;
  private final OutboxReader reader;
  private final ConfirmedPublisher<Sent> publisher;
  private final Signal signal;
  private final BooleanSupplier running;
  private final RelayMetrics metrics;

  private final ShardGroups groups = new ShardGroups();
  private final ArrayDeque<InFlightPage> pages = new ArrayDeque<>();
  private final ArrayDeque<Sent> ready = new ArrayDeque<>();
  private final KeyLanes lanes = new KeyLanes();
  private final Set<String> parkedKeys = new HashSet<>();
  private long lastOutcome = System.nanoTime();
  private long lastSave = System.nanoTime();

  RelaySession(
      RelayConfig config,
      ShardStore shards,
      ParkedEvents parkedEvents,
      Ownership ownership,
      OutboxReader reader,
      ConfirmedPublisher<Sent> publisher,
      Signal signal,
      BooleanSupplier running,
      RelayMetrics metrics) {
    this.config = config;
    this.shards = shards;
    this.parkedEvents = parkedEvents;
    this.ownership = ownership;
    this.reader = reader;
    this.publisher = publisher;
    this.signal = signal;
    this.running = running;
    this.metrics = metrics;
  }

  /**
   * Takes up shards that are newly owned, drops those that are not any more, gives up those beyond
   * the fair share.
   */
  void adopt(Heartbeat heartbeat) throws SQLException, IOException {
    groups.retain(heartbeat.epochs());
    Map<Short, Long> added = new HashMap<>(heartbeat.epochs());
    added.keySet().removeAll(groups.shards());
    if (!added.isEmpty()) {
      groups.add(added, shards.cursors(added.keySet()));
      parkedKeys.addAll(parkedEvents.keys(added.keySet()));
    }
    int surplus = heartbeat.epochs().size() - heartbeat.fairShare();
    if (surplus > 0) {
      giveUp(surplus);
    }
    if (heartbeat.replayAsked()) {
      replay();
    }
  }

  /** Handles the broker's answers and writes the cursor when it is due. */
  void settle() throws SQLException, IOException {
    List<Parking> parkings = new ArrayList<>();
    Outcome<Sent> outcome = publisher.poll();
    while (outcome != null) {
      lastOutcome = System.nanoTime();
      Sent sent = outcome.tag();
      if (outcome.refusal() == null) {
        confirmed(sent);
      } else {
        metrics.refused();
        refused(sent, outcome.refusal(), parkings);
      }
      outcome = publisher.poll();
    }
    park(parkings);
    sendReady();
    advance();
    requireProgress();
    if (System.nanoTime() - lastSave >= config.cursorSave().toNanos()) {
      save();
    }
  }

  /** Whether a page may be read now: there are shards, and not too much is on its way. */
  boolean canRead() {
    return !groups.isEmpty()
        && pages.size() < config.pagesInFlight()
        && (pages.isEmpty() || !groups.areSeveral() || groups.behind() != null);
  }

  /**
   * Reads one page and publishes it; see {@link #canRead}.
   *
   * @return whether there may be more to read at once
   */
  boolean relayPage() throws SQLException, IOException {
    requireLease();
    ShardGroup group = groups.nextToRead();
    OutboxReader.Page page = reader.read(group.shards(), group.read, groups.target());
    groups.read(group, page.end());
    InFlightPage inFlight = new InFlightPage(group, page.end(), page.events().size());
    pages.add(inFlight);
    publish(page.events(), inFlight);
    advance();
    return !page.endsWindow() || groups.areSeveral();
  }

  boolean hasUnsavedProgress() {
    return !pages.isEmpty() || groups.all().stream().anyMatch(group -> group.unsaved);
  }

  /** Waits until everything read is settled and writes the cursor. */
  void quiesce() throws SQLException, IOException {
    while (!pages.isEmpty()) {
      settle();
      if (!pages.isEmpty()) {
        signal.await(WAIT_FOR_OUTCOME);
      }
    }
    save();
  }

  private void giveUp(int surplus) throws SQLException, IOException {
    quiesce();
    List<Short> surrendered = groups.shards().stream().sorted().limit(surplus).toList();
    groups.remove(surrendered);
    shards.release(surrendered);
    ownership.refresh();
  }

  private void replay() throws SQLException, IOException {
    quiesce();
    List<Short> owned = groups.shards();
    new Replay(parkedEvents, publisher, signal, this::requireProgress).run(owned);
    parkedKeys.clear();
    parkedKeys.addAll(parkedEvents.keys(owned));
  }

  private void publish(List<StoredEvent> events, InFlightPage page)
      throws SQLException, IOException {
    List<Parking> parkings = new ArrayList<>();
    for (StoredEvent event : events) {
      Sent sent = new Sent(event, page);
      if (parkedKeys.contains(event.key())) {
        parkBehind(sent, parkings);
      } else if (lanes.enter(sent)) {
        awaitRoom();
        if (parkedKeys.contains(event.key())) { // refused while we waited
          parkBehind(sent, parkings);
        } else {
          publisher.publish(event.event(), sent);
        }
      }
    }
    park(parkings);
  }

  private void awaitRoom() throws SQLException, IOException {
    while (!publisher.hasRoom() || !ready.isEmpty()) {
      settle();
      if (!publisher.hasRoom()) {
        signal.await(WAIT_FOR_OUTCOME);
      }
    }
    requireLease();
  }

  private void requireLease() throws IOException {
    if (!ownership.isValid()) {
      throw new IOException("the lease has run out; other relays may own the shards by now");
    }
  }

  private void sendReady() throws IOException {
    while (publisher.hasRoom()) {
      Sent sent = ready.poll();
      if (sent == null) {
        return;
      }
      publisher.publish(sent.event().event(), sent);
    }
  }

  private void confirmed(Sent sent) {
    sent.page().settleOne();
    sent.page().group.published.merge(sent.event().shard(), 1L, Long::sum);
    metrics.published(sent.event().event());
    Sent next = lanes.next(sent.event().key());
    if (next != null) {
      ready.add(next);
    }
  }

  private void refused(Sent sent, String reason, List<Parking> parkings) {
    parkings.add(parking(sent, reason));
    for (Sent later : lanes.close(sent.event().key())) {
      parkBehind(later, parkings);
    }
  }

  private void parkBehind(Sent sent, List<Parking> parkings) {
    parkings.add(parking(sent, "behind a parked event of its key"));
  }

  private Parking parking(Sent sent, String reason) {
    parkedKeys.add(sent.event().key());
    sent.page().settleOne();
    metrics.parked();
    // A shard that was lost meanwhile has no epoch here; epoch -1 matches nothing, its new owner
    // deals with the event.
    Long epoch = sent.page().group.epochs.getOrDefault(sent.event().shard(), -1L);
    return new Parking(sent.event(), epoch, reason);
  }

  private void park(List<Parking> parkings) throws SQLException {
    if (!parkings.isEmpty()) {
      parkedEvents.park(parkings);
    }
  }

  private void advance() {
    InFlightPage oldest = pages.peek();
    while (oldest != null && oldest.isSettled()) {
      pages.remove();
      oldest.group.settled = oldest.end;
      oldest.group.unsaved |= !oldest.isEmpty();
      oldest = pages.peek();
    }
  }

  private void save() throws SQLException {
    lastSave = System.nanoTime();
    for (ShardGroup group : groups.all()) {
      if (group.unsaved) {
        Set<Short> saved = shards.save(group.epochs, group.settled, group.published);
        group.shards().retainAll(saved);
        group.published.clear();
        group.unsaved = false;
      }
    }
    groups.dropEmpty();
  }

  /**
   * Nothing may wait for ever: stop when asked, and give the connection up when the broker has gone
   * silent.
   */
  private void requireProgress() throws IOException {
    if (!running.getAsBoolean() && publisher.isBlocked()) {
      throw new IOException("stopping while the broker blocks publishers");
    }
    if (!publisher.isOpen()) {
      throw new IOException("the connection to RabbitMQ is gone");
    }
    if (publisher.unconfirmed() == 0 || publisher.isBlocked()) {
      lastOutcome = System.nanoTime();
    } else if (System.nanoTime() - lastOutcome > config.confirmTimeout().toNanos()) {
      throw new IOException(
          "RabbitMQ has confirmed none of %d events for %d ms"
              .formatted(publisher.unconfirmed(), config.confirmTimeout().toMillis()));
    }
  }
}

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
  private final Cursors cursors;
  private final Deliveries deliveries;
  private final Refusals refusals;
  private final Signal signal;
  private final RelayMetrics metrics;
  private final RelayOutages outages;

  private final ShardGroups groups = new ShardGroups();
  private final ArrayDeque<InFlightPage> pages = new ArrayDeque<>();
  private final Set<String> parkedKeys = new HashSet<>();
  private int unsettled;
  private long lastSave = System.nanoTime();

  RelaySession(
      RelayConfig config,
      ShardStore shards,
      ParkedEvents parkedEvents,
      Ownership ownership,
      OutboxReader reader,
      Deliveries deliveries,
      Refusals refusals,
      Signal signal,
      RelayMetrics metrics,
      RelayOutages outages) {
    this.config = config;
    this.shards = shards;
    this.parkedEvents = parkedEvents;
    this.ownership = ownership;
    this.cursors = new Cursors(shards, reader, metrics);
    this.deliveries = deliveries;
    this.refusals = refusals;
    this.signal = signal;
    this.metrics = metrics;
    this.outages = outages;
  }

  /**
   * Takes up shards that are newly owned, drops those that are not any more, gives up those beyond
   * the fair share.
   */
  void adopt(Heartbeat heartbeat) throws SQLException, IOException {
    if (deliveries.areHeld() && !heartbeat.epochs().keySet().containsAll(groups.shards())) {
      throw new NewSessionException("events of shards that were lost are held");
    }
    groups.retain(heartbeat.epochs());
    Map<Short, Long> added = new HashMap<>(heartbeat.epochs());
    added.keySet().removeAll(groups.shards());
    if (!added.isEmpty()) {
      groups.add(added, cursors.of(added));
      parkedKeys.addAll(parkedEvents.keys(added.keySet()));
      outages.keysParked(parkedKeys.size());
    }
    int surplus = heartbeat.epochs().size() - heartbeat.fairShare();
    if (surplus > 0) {
      giveUp(surplus);
    }
    if (heartbeat.replayAsked() && deliveries.mayReplay()) {
      replay();
    }
  }

  /** Handles the broker's answers and writes the cursor when it is due. */
  void settle() throws SQLException, IOException {
    List<Parking> parkings = new ArrayList<>();
    Outcome<Sent> outcome = deliveries.poll();
    while (outcome != null) {
      if (outcome.reason() == null) {
        confirmed(outcome.tag());
      } else {
        metrics.refused();
        giveUp(outcome.tag(), outcome.reason(), parkings);
      }
      outcome = deliveries.poll();
    }
    for (Sent overdue : deliveries.takeOverdue()) {
      giveUp(
          overdue,
          "refused by the broker (nack) for more than " + config.parkNackedAfter(),
          parkings);
    }
    park(parkings);
    deliveries.sendReady();
    advance();
    deliveries.requireProgress();
    if (System.nanoTime() - lastSave >= config.cursorSave().toNanos()) {
      save();
    }
  }

  /** Whether a page may be read now: there are shards, and not too much is on its way. */
  boolean canRead() {
    return !groups.isEmpty()
        && unsettled <= (config.pagesInFlight() - 1) * config.pageSize()
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
    OutboxReader.Page page = cursors.read(group, groups);
    groups.read(group, page.end());
    InFlightPage inFlight = inFlight(group, page);
    publish(page.events(), inFlight);
    advance();
    return !page.endsWindow() || groups.areSeveral();
  }

  /** Behind a page that is held back, pages that are settled become one. */
  private InFlightPage inFlight(ShardGroup group, OutboxReader.Page page) {
    InFlightPage last = pages.peekLast();
    boolean empty = page.events().isEmpty();
    if (last != null && last.isSettled() && last.group == group) {
      pages.removeLast();
      empty &= last.isEmpty();
    }
    InFlightPage added = new InFlightPage(group, page.end(), page.events().size(), empty);
    pages.add(added);
    unsettled += page.events().size();
    return added;
  }

  /** Whether this relay owns no shard. */
  boolean isIdle() {
    return groups.isEmpty();
  }

  boolean hasUnsavedProgress() {
    return !pages.isEmpty() || groups.all().stream().anyMatch(group -> group.unsaved);
  }

  /**
   * Waits until everything read is settled and writes the cursor.
   *
   * @throws NewSessionException when the broker refuses what is left; the cursor is written
   */
  void quiesce() throws SQLException, IOException {
    while (!pages.isEmpty()) {
      settle();
      if (deliveries.areAllHeld()) {
        save();
        throw new NewSessionException("the broker refuses events for now");
      }
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
    new Replay(parkedEvents, deliveries, refusals, signal, metrics).run(owned);
    parkedKeys.clear();
    parkedKeys.addAll(parkedEvents.keys(owned));
    outages.keysParked(parkedKeys.size());
  }

  private void publish(List<StoredEvent> events, InFlightPage page)
      throws SQLException, IOException {
    List<Parking> parkings = new ArrayList<>();
    for (StoredEvent event : events) {
      Sent sent = new Sent(event, page);
      if (parkedKeys.contains(event.key())) {
        parkBehind(sent, parkings);
      } else if (deliveries.enter(sent)) {
        awaitRoom();
        if (parkedKeys.contains(event.key())) { // refused while we waited
          parkBehind(sent, parkings);
        } else {
          deliveries.send(sent);
        }
      }
    }
    park(parkings);
  }

  private void awaitRoom() throws SQLException, IOException {
    while (!deliveries.hasRoom()) {
      settle();
      if (!deliveries.hasRoom()) {
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

  private void confirmed(Sent sent) {
    settleOne(sent);
    sent.page().group.published.merge(sent.event().shard(), 1L, Long::sum);
    metrics.published(sent.event().event());
    deliveries.confirmed(sent);
  }

  private void settleOne(Sent sent) {
    sent.page().settleOne();
    unsettled--;
  }

  private void giveUp(Sent sent, String reason, List<Parking> parkings) {
    parkings.add(parking(sent, reason));
    for (Sent later : deliveries.giveUp(sent)) {
      parkBehind(later, parkings);
    }
  }

  private void parkBehind(Sent sent, List<Parking> parkings) {
    parkings.add(parking(sent, "behind a parked event of its key"));
  }

  private Parking parking(Sent sent, String reason) {
    parkedKeys.add(sent.event().key());
    settleOne(sent);
    metrics.parked();
    // A shard that was lost meanwhile has no epoch here; epoch -1 matches nothing, its new owner
    // deals with the event.
    Long epoch = sent.page().group.epochs.getOrDefault(sent.event().shard(), -1L);
    return new Parking(sent.event(), epoch, reason);
  }

  private void park(List<Parking> parkings) throws SQLException {
    if (!parkings.isEmpty()) {
      parkedEvents.park(parkings);
      outages.keysParked(parkedKeys.size());
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
    cursors.save(groups);
  }
}

package dev.aftercommit.relay;

import dev.aftercommit.relay.InFlightPage.Sent;
import dev.aftercommit.relay.config.RelayConfig;
import dev.aftercommit.relay.publish.BrokerLink;
import dev.aftercommit.relay.publish.ConfirmedPublisher;
import dev.aftercommit.relay.publish.Outcome;
import dev.aftercommit.relay.publish.Outcome.Answer;
import dev.aftercommit.resilience.Outage;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Events on their way to the broker: published, waiting for room, or held because the broker
 * refuses their topic for now. Held events wait here, and those of their keys behind them, while
 * all others flow on. One thread uses it.
 */
final class Deliveries {

  private static final long BETWEEN_LOOKS_FOR_OVERDUE = 500_000_000;

  private final RelayConfig config;
  private final BrokerLink<Sent> link;
  private final Refusals refusals;
  private final RelayMetrics metrics;
  private final Outage blocked;
  private final BooleanSupplier running;
  private final Runnable progress;

  private final KeyLanes lanes = new KeyLanes();
  private final ArrayDeque<Sent> ready = new ArrayDeque<>();
  private final Map<String, ArrayDeque<Sent>> held = new HashMap<>();
  private long lastOutcome = System.nanoTime();
  private long lastLook = lastOutcome;

  /**
   * Begins with nothing.
   *
   * @param progress called whenever something got somewhere, or nothing is on its way
   */
  Deliveries(
      RelayConfig config,
      BrokerLink<Sent> link,
      Refusals refusals,
      RelayMetrics metrics,
      RelayOutages outages,
      BooleanSupplier running,
      Runnable progress) {
    this.config = config;
    this.link = link;
    this.refusals = refusals;
    this.metrics = metrics;
    this.blocked = outages.blocked;
    this.running = running;
    this.progress = progress;
    refusals.mayTryAgain();
    tellHeld();
  }

  ConfirmedPublisher<Sent> publisher() {
    return link.publisher();
  }

  /** Whether an event may be sent now, and none waits before it. */
  boolean hasRoom() {
    return ready.isEmpty() && !refusals.isDue() && publisher().hasRoom();
  }

  /** Whether the event may leave now; otherwise it waits behind another of its key. */
  boolean enter(Sent sent) {
    return lanes.enter(sent);
  }

  /** Publishes an event that may leave, or holds it; see {@link #hasRoom}. */
  void send(Sent sent) throws IOException {
    if (refusals.admits(sent.event())) {
      publisher().publish(sent.event().event(), sent);
    } else {
      hold(sent);
    }
  }

  /** The next event that the broker has taken or returned; null when there is none. */
  @Nullable Outcome<Sent> poll() {
    Outcome<Sent> outcome = publisher().poll();
    while (outcome != null) {
      lastOutcome = System.nanoTime();
      progress.run();
      Sent sent = outcome.tag();
      if (outcome.answer() != Answer.NACKED) {
        if (refusals.answered(sent.event())) {
          release(sent.event().event().topic());
        }
        return outcome;
      }
      metrics.nacked();
      refusals.nacked(sent.event());
      hold(sent);
      outcome = publisher().poll();
    }
    return null;
  }

  /** The broker has the event: the next of its key gets its turn. */
  void confirmed(Sent sent) {
    Sent next = lanes.next(sent.event().key());
    if (next != null) {
      ready.add(next);
    }
  }

  /** The event is not sent: all that wait behind it, in order. */
  List<Sent> giveUp(Sent sent) {
    refusals.forget(sent.event());
    return lanes.close(sent.event().key());
  }

  /** Sends what waits for room; first over a new connection if it is time to try again. */
  void sendReady() throws IOException {
    if (refusals.isDue()) {
      if (publisher().unconfirmed() > 0) {
        return;
      }
      link.renew();
      refusals.mayTryAgain();
      for (ArrayDeque<Sent> waiting : held.values()) {
        ready.add(waiting.remove());
      }
      held.values().removeIf(Queue::isEmpty);
      tellHeld();
    }
    while (!ready.isEmpty() && publisher().hasRoom()) {
      send(ready.remove());
    }
  }

  /** Takes the held events that have waited for too long. */
  List<Sent> takeOverdue() {
    long now = System.nanoTime();
    if (held.isEmpty() || now - lastLook < BETWEEN_LOOKS_FOR_OVERDUE) {
      return List.of();
    }
    lastLook = now;
    List<Sent> overdue = new ArrayList<>();
    for (ArrayDeque<Sent> waiting : held.values()) {
      for (Iterator<Sent> each = waiting.iterator(); each.hasNext(); ) {
        Sent sent = each.next();
        if (refusals.isOverdue(sent.event())) {
          each.remove();
          overdue.add(sent);
        }
      }
    }
    held.values().removeIf(Queue::isEmpty);
    tellHeld();
    return overdue;
  }

  /** Whether events are held. */
  boolean areHeld() {
    return !held.isEmpty();
  }

  /** Whether all that is on its way is held: nothing will move before it is tried again. */
  boolean areAllHeld() {
    return areHeld() && ready.isEmpty() && publisher().unconfirmed() == 0;
  }

  /** Whether parked events can be sent now: not while the broker refuses others. */
  boolean mayReplay() {
    return held.isEmpty() && !refusals.areWaiting();
  }

  /**
   * Nothing may wait for ever: stop when asked, and give the connection up when the broker has gone
   * silent.
   */
  void requireProgress() throws IOException {
    boolean stopped = publisher().isBlocked();
    if (stopped) {
      blocked.failed("the broker has asked publishers to stop, for lack of memory or disk");
    } else {
      blocked.works();
    }
    if (stopped && !running.getAsBoolean()) {
      throw new IOException("stopping while the broker blocks publishers");
    }
    if (!publisher().isOpen()) {
      throw new IOException("the connection to RabbitMQ is gone");
    }
    if (publisher().unconfirmed() == 0 || stopped) {
      lastOutcome = System.nanoTime();
      progress.run();
    } else if (System.nanoTime() - lastOutcome > config.confirmTimeout().toNanos()) {
      throw new IOException(
          "RabbitMQ has confirmed none of %d events for %d ms"
              .formatted(publisher().unconfirmed(), config.confirmTimeout().toMillis()));
    }
  }

  private void hold(Sent sent) {
    held.computeIfAbsent(sent.event().event().topic(), topic -> new ArrayDeque<>()).add(sent);
    tellHeld();
  }

  private void release(String topic) {
    ArrayDeque<Sent> waiting = held.remove(topic);
    if (waiting != null) {
      ready.addAll(waiting);
      tellHeld();
    }
  }

  private void tellHeld() {
    metrics.held(held.values().stream().mapToInt(ArrayDeque::size).sum());
  }
}

package dev.aftercommit.relay;

import dev.aftercommit.relay.config.RelayConfig;
import dev.aftercommit.relay.cursor.StoredEvent;
import dev.aftercommit.resilience.BackOff;
import dev.aftercommit.resilience.Outage;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The topics the broker refuses for now (nack). Where an event goes depends on its topic alone, so
 * all events of a refused topic wait. After a pause, over a new connection, one event of each is
 * tried; when the broker takes it, its topic flows again. Outlives sessions; one thread uses it.
 */
final class Refusals {

  private final BackOff backOff;
  private final Duration limit;
  private final Outage outage;

  /** By topic, the position of the event that is tried; null while none is. */
  private final Map<String, @Nullable Long> refused = new HashMap<>();

  /** By position, since when events of refused topics wait. */
  private final Map<Long, Long> waitingSince = new HashMap<>();

  private boolean mayTry;
  private long retryAt;

  Refusals(RelayConfig config, Outage outage) {
    this.backOff = new BackOff(config.backoffMin(), config.backoffMax());
    this.limit = config.parkNackedAfter();
    this.outage = outage;
  }

  /** Whether the event may be published now; if its topic is refused, it is the one tried. */
  boolean admits(StoredEvent event) {
    String topic = event.event().topic();
    if (!refused.containsKey(topic)) {
      return true;
    }
    if (!mayTry || refused.get(topic) != null) {
      waitingSince.putIfAbsent(event.position(), System.nanoTime());
      return false;
    }
    refused.put(topic, event.position());
    return true;
  }

  /** The broker has refused the event. */
  void nacked(StoredEvent event) {
    String topic = event.event().topic();
    waitingSince.putIfAbsent(event.position(), System.nanoTime());
    refused.put(topic, null);
    if (mayTry || retryAt == 0) {
      retryAt = System.nanoTime() + backOff.next().toNanos();
    }
    mayTry = false;
    outage.failed(
        "it refuses (nack) events of the topics %s, for example because a queue is at its limit or has no majority; they are tried again, for %d s each before they are parked"
            .formatted(refused.keySet(), limit.toSeconds()));
  }

  /**
   * The broker has answered otherwise.
   *
   * @return whether the topic flows again by that
   */
  boolean answered(StoredEvent event) {
    if (refused.isEmpty()) {
      return false;
    }
    waitingSince.remove(event.position());
    String topic = event.event().topic();
    Long tried = refused.get(topic);
    if (tried == null || tried != event.position()) {
      return false; // refused, and this one left before
    }
    refused.remove(topic);
    if (refused.isEmpty()) {
      waitingSince.clear();
      backOff.reset();
      retryAt = 0;
      outage.works();
    }
    return true;
  }

  /** The event waits no more, for whatever reason. */
  void forget(StoredEvent event) {
    waitingSince.remove(event.position());
  }

  /** Whether refused topics wait for a new connection. */
  boolean areWaiting() {
    return !refused.isEmpty() && !mayTry;
  }

  /** Whether it is time for a new connection, over which {@link #mayTryAgain}. */
  boolean isDue() {
    return areWaiting() && System.nanoTime() - retryAt >= 0;
  }

  /** There is a new connection: one event of each topic may be tried. */
  void mayTryAgain() {
    mayTry = true;
    refused.replaceAll((topic, tried) -> null);
  }

  /** Whether the event has waited for so long that it is to be parked. */
  boolean isOverdue(StoredEvent event) {
    Long since = waitingSince.get(event.position());
    return since != null && System.nanoTime() - since > limit.toNanos();
  }
}

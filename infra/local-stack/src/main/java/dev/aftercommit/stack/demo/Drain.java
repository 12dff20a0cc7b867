package dev.aftercommit.stack.demo;

import dev.aftercommit.stack.rest.RestClient;
import dev.aftercommit.stack.rest.UnexpectedAnswerException;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * Waits, for a bounded time, until every committed event has taken effect everywhere, and says what
 * it waits for.
 */
final class Drain {

  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Target target;
  private final RestClient rest;
  private final Truth truth;
  private final Baseline baseline;
  private final Screen screen;

  Drain(Target target, RestClient rest, Truth truth, Baseline baseline, Screen screen) {
    this.target = target;
    this.rest = rest;
    this.truth = truth;
    this.baseline = baseline;
    this.screen = screen;
  }

  /**
   * Waits.
   *
   * @param injected how many malformed messages each consumer has to park
   * @param republished how many events have to arrive at the aggregator once more
   * @return what was still missing when the limit passed; empty when all is drained
   */
  List<String> await(int injected, long republished, Duration limit)
      throws InterruptedException, SQLException {
    long begin = System.nanoTime();
    List<String> missing = missing(injected, republished);
    while (!missing.isEmpty() && System.nanoTime() - begin < limit.toNanos()) {
      screen.status(
          "  %6.1f s  waiting for: %s"
              .formatted((System.nanoTime() - begin) / 1e9, String.join(", ", missing)));
      Thread.sleep(PAUSE);
      missing = missing(injected, republished);
    }
    screen.clearStatus();
    return missing;
  }

  private List<String> missing(int injected, long republished)
      throws SQLException, InterruptedException {
    List<String> missing = new ArrayList<>();
    long pending = relayBacklog();
    if (pending != 0) {
      missing.add(
          pending < 0 ? "a relay to answer" : "%,d events at the relays".formatted(pending));
    }
    long waiting = queueDepth();
    if (waiting != 0) {
      missing.add(waiting < 0 ? "RabbitMQ to answer" : "%,d messages in queues".formatted(waiting));
    }
    long effects = truth.eventsAfter(baseline.position()) - truth.effectCount(baseline.since());
    if (effects > 0) {
      missing.add("%,d effects in the aggregator".formatted(effects));
    }
    // A queue's depth does not count what a consumer has taken and not yet settled.
    long repeats = republished - (truth.duplicatesIgnored() - baseline.duplicatesIgnored());
    if (repeats > 0) {
      missing.add("%,d events published again at the aggregator".formatted(repeats));
    }
    addParked(missing, "aggregator", baseline.aggregatorParked(), injected);
    addParked(missing, "notification", baseline.notificationParked(), injected);
    addNotifications(missing);
    return missing;
  }

  private void addParked(List<String> missing, String database, long after, int injected)
      throws SQLException {
    long left = injected - truth.parkedCount(database, after);
    if (left > 0) {
      missing.add("%d malformed messages at the %s".formatted(left, database));
    }
  }

  private void addNotifications(List<String> missing) throws SQLException {
    long left =
        truth.salaryChangesAfter(baseline.position())
            - truth.notifications().countAfter(baseline.lastNotification());
    if (left > 0) {
      missing.add("%,d notifications".formatted(left));
    }
    long pending = truth.notifications().pendingAfter(baseline.lastNotification());
    if (pending > 0) {
      missing.add("%,d mails".formatted(pending));
    }
  }

  private long relayBacklog() throws InterruptedException {
    for (URI relay : target.relays()) {
      try {
        return rest.read(relay.resolve("/relay/backlog")).path("pending").asLong();
      } catch (IOException | UnexpectedAnswerException down) {
        screen.status("  " + relay + " does not answer: " + down.getMessage());
      }
    }
    return -1;
  }

  private long queueDepth() {
    try {
      return Queues.waiting(target);
    } catch (IOException | TimeoutException down) {
      return -1;
    }
  }
}

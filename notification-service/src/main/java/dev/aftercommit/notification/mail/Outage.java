package dev.aftercommit.notification.mail;

import dev.aftercommit.notification.mail.SendResult.Unreachable;
import java.time.Duration;

/**
 * Keeps a server that cannot be reached from being called in a loop: each failure pauses all
 * sending for longer, and after a pause a single mail probes. Any answer of the server ends it. Not
 * thread-safe.
 */
final class Outage {

  private static final int MOST_DOUBLINGS = 20;

  private final Duration first;
  private final Duration longest;
  private int failures;
  private long pausedUntil;

  Outage(Duration first, Duration longest) {
    this.first = first;
    this.longest = longest;
  }

  /** Takes note of a result; failures during a pause belong to the failure that began it. */
  void note(SendResult result, long now) {
    if (!(result instanceof Unreachable)) {
      failures = 0;
    } else if (pauseLeft(now).isZero()) {
      Duration doubled = first.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
      failures++;
      pausedUntil = now + (doubled.compareTo(longest) < 0 ? doubled : longest).toNanos();
    }
  }

  /** How much of the pause is left; zero without one. */
  Duration pauseLeft(long now) {
    long left = failures == 0 ? 0 : pausedUntil - now;
    return left > 0 ? Duration.ofNanos(left) : Duration.ZERO;
  }

  /** How many mails may be under way now, of {@code most}. */
  int allowed(int most, long now) {
    if (failures == 0) {
      return most;
    }
    return pauseLeft(now).isZero() ? 1 : 0;
  }
}

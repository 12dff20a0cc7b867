package dev.aftercommit.resilience;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Whether one thing that this process depends on works, told where an operator looks: one WARN line
 * when it stops working, one a minute with counts while it does not, one INFO line when it works
 * again; a gauge, a counter and the readiness come with {@link Outages#of}. Safe for many threads;
 * {@link #works} costs one volatile read while nothing is wrong.
 */
public final class Outage {

  private static final Duration BETWEEN_LINES = Duration.ofMinutes(1);

  private final Logger log;
  private final String what;
  private final LongSupplier nanoTime;
  private volatile @Nullable State state;

  /**
   * An outage under way.
   *
   * @param since {@link System#nanoTime} of the first failure
   * @param failures how many there were
   * @param reason of the newest
   * @param toldAt when the last line was logged
   * @param toldFailures how many failures there were then
   */
  private record State(long since, long failures, String reason, long toldAt, long toldFailures) {}

  /**
   * Works until told otherwise.
   *
   * @param log where the lines appear
   * @param what the thing, as a line begins: {@code RabbitMQ at localhost:5672}
   */
  public Outage(Logger log, String what) {
    this(log, what, System::nanoTime);
  }

  Outage(Logger log, String what, LongSupplier nanoTime) {
    this.log = log;
    this.what = what;
    this.nanoTime = nanoTime;
  }

  /** It failed; see {@link #failed(String)}. */
  public void failed(Throwable cause) {
    failed(describe(cause));
  }

  /**
   * It failed, or still does.
   *
   * @param reason what was seen, and what it means for those who wait
   */
  public synchronized void failed(String reason) {
    long now = nanoTime.getAsLong();
    State before = state;
    if (before == null) {
      log.warnf("%s fails: %s", what, reason);
      state = new State(now, 1, reason, now, 1);
      return;
    }
    long failures = before.failures + 1;
    if (now - before.toldAt < BETWEEN_LINES.toNanos()) {
      state = new State(before.since, failures, reason, before.toldAt, before.toldFailures);
      return;
    }
    log.warnf(
        "%s still fails after %d s, %d more failures since the last line: %s",
        what, seconds(now - before.since), failures - before.toldFailures, reason);
    state = new State(before.since, failures, reason, now, failures);
  }

  /** It works. */
  public void works() {
    if (state != null) {
      end();
    }
  }

  /** Why it does not work; empty when it does. */
  public Optional<String> reason() {
    State now = state;
    return now == null
        ? Optional.empty()
        : Optional.of(
            "%s (%d failures in %d s)"
                .formatted(now.reason, now.failures, seconds(nanoTime.getAsLong() - now.since)));
  }

  private synchronized void end() {
    State ended = state;
    if (ended != null) {
      state = null;
      log.infof(
          "%s works again after %d s and %d failures",
          what, seconds(nanoTime.getAsLong() - ended.since), ended.failures);
    }
  }

  private static long seconds(long nanos) {
    return Duration.ofNanos(nanos).toSeconds();
  }

  /** The message of the exception, or its class when it has none. */
  public static String describe(Throwable cause) {
    String message = cause.getMessage();
    return message == null || message.isBlank()
        ? cause.getClass().getSimpleName()
        : message.lines().findFirst().orElseThrow();
  }
}

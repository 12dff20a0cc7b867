package dev.aftercommit.relay.lease;

import dev.aftercommit.relay.lease.ShardStore.Heartbeat;
import dev.aftercommit.resilience.Outage;
import dev.aftercommit.resilience.SupervisedThread;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Renews this relay's lease from a thread of its own, so that neither a slow broker nor a long page
 * costs it its shards, and knows when the lease has run out without having been renewed.
 */
public final class Ownership implements AutoCloseable {

  private static final int SHARE_OF_FIRST_PAUSE = 5;
  private static final Duration STOP_LIMIT = Duration.ofSeconds(1);
  private static final Heartbeat NOTHING = new Heartbeat(Map.of(), 0, false);

  private final ShardStore store;
  private final Duration lease;
  private final Runnable onChange;
  private final Duration interval;
  private final Outage outage;
  private final Semaphore asked = new Semaphore(0);
  private final SupervisedThread heart;
  private final AtomicReference<@Nullable Heartbeat> news = new AtomicReference<>();
  private volatile Heartbeat latest = NOTHING;
  private volatile long validUntilNanos = System.nanoTime();
  private volatile long renewedNanos = validUntilNanos;

  /**
   * Starts beating.
   *
   * @param outage told of each renewal, failed or not
   * @param onChange called when there is something new to look at; must be quick
   */
  public Ownership(
      ShardStore store, Duration lease, Duration interval, Outage outage, Runnable onChange) {
    this.store = store;
    this.lease = lease;
    this.interval = interval;
    this.outage = outage;
    this.onChange = onChange;
    this.heart =
        new SupervisedThread(
            "relay-heartbeat",
            interval.dividedBy(SHARE_OF_FIRST_PAUSE),
            interval,
            STOP_LIMIT,
            outage,
            this::beatOn);
    heart.start();
  }

  /** What the last heartbeat found; nothing once the lease has run out. */
  public Heartbeat current() {
    return isValid() ? latest : NOTHING;
  }

  /** What a heartbeat has found since this was last asked, or null. */
  public @Nullable Heartbeat takeNews() {
    return news.getAndSet(null);
  }

  /**
   * Whether the lease still runs, by this machine's monotonic clock counted from before its
   * renewal: never longer than the database thinks.
   */
  public boolean isValid() {
    return System.nanoTime() - validUntilNanos < 0;
  }

  /** Whether a renewal that began after this {@link System#nanoTime} has succeeded. */
  public boolean isRenewedSince(long nanos) {
    return renewedNanos - nanos > 0;
  }

  /** Looks again at once, instead of at the next interval. */
  public void refresh() {
    asked.release();
  }

  @Override
  public void close() {
    heart.stop();
    asked.release();
    heart.close();
  }

  private void beatOn() throws SQLException, InterruptedException {
    boolean wasAsked = false;
    while (!heart.isStopping()) {
      beat(wasAsked);
      wasAsked = asked.tryAcquire(interval.toNanos(), TimeUnit.NANOSECONDS);
      asked.drainPermits();
    }
  }

  private void beat(boolean wasAsked) throws SQLException {
    long before = System.nanoTime();
    Heartbeat found = store.beat();
    renewedNanos = before;
    validUntilNanos = before + lease.toNanos();
    outage.works();
    boolean changed = !found.equals(latest);
    latest = found;
    news.set(found);
    if (changed || wasAsked || found.replayAsked()) {
      onChange.run();
    }
  }
}

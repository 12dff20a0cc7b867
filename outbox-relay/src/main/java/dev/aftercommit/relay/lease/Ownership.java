package dev.aftercommit.relay.lease;

import dev.aftercommit.relay.lease.ShardStore.Heartbeat;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Renews this relay's lease from a thread of its own, so that neither a slow broker nor a long page
 * costs it its shards, and knows when the lease has run out without having been renewed.
 */
public final class Ownership implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(Ownership.class);
  private static final Heartbeat NOTHING = new Heartbeat(Map.of(), 0, false);

  private final ShardStore store;
  private final Duration lease;
  private final Runnable onChange;
  private final ScheduledExecutorService heart =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().name("relay-heartbeat").daemon().unstarted(task));
  private final AtomicReference<@Nullable Heartbeat> news = new AtomicReference<>();
  private volatile Heartbeat latest = NOTHING;
  private volatile long validUntilNanos = System.nanoTime();

  /**
   * Starts beating.
   *
   * @param onChange called when there is something new to look at; must be quick
   */
  public Ownership(ShardStore store, Duration lease, Duration interval, Runnable onChange) {
    this.store = store;
    this.lease = lease;
    this.onChange = onChange;
    ScheduledFuture<?> _ =
        heart.scheduleWithFixedDelay(this::beat, 0, interval.toNanos(), TimeUnit.NANOSECONDS);
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

  /** Looks again at once, instead of at the next interval. */
  public void refresh() {
    heart.execute(this::beat);
  }

  @Override
  public void close() {
    heart.shutdownNow();
    try {
      heart.awaitTermination(lease.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void beat() {
    long before = System.nanoTime();
    try {
      Heartbeat found = store.beat();
      validUntilNanos = before + lease.toNanos();
      boolean changed = !found.equals(latest);
      latest = found;
      news.set(found);
      if (changed || found.replayAsked()) {
        onChange.run();
      }
    } catch (SQLException | RuntimeException e) {
      LOG.warnf(
          "cannot renew the lease (%s); without a renewal within %d ms other relays take the shards over",
          e.getMessage(), lease.toMillis());
    }
  }
}

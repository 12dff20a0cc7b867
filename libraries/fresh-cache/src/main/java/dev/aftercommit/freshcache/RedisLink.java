package dev.aftercommit.freshcache;

import dev.aftercommit.freshcache.Budget.LateException;
import dev.aftercommit.freshcache.Budget.RefusedException;
import dev.aftercommit.freshcache.Budget.UnansweredException;
import dev.aftercommit.resilience.Outage;
import dev.aftercommit.resilience.SupervisedThread;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The one connection to Redis, and whether what comes over it may be believed.
 *
 * <p>A connection is believed only after {@link Script#TRUST} ran over it, so no answer of a server
 * that was away is used before new generations began. It is dropped for good when it ends, when
 * Redis refuses an invalidation, or when it owes an answer for longer than {@code answerLimit}; a
 * thread makes the next one. A Redis that is merely slow keeps it: readers go to the database until
 * the thread has been answered in time, and until every invalidation is confirmed. Readers that are
 * sent past Redis lose no time.
 *
 * <p>Opening has an order: first invalidations go over the new connection, then the generations are
 * renewed, then readers use it. An invalidation is therefore either renewed away or sent.
 */
final class RedisLink implements AutoCloseable {

  /** How many times the shortest pause between attempts to connect the longest is. */
  private static final int LONGEST_PROBES = 8;

  private static final Duration STOP_LIMIT = Duration.ofMillis(100);

  /** The server lost its scripts, or has become the replica of another one. */
  private static final Pattern NOT_WHAT_WE_TRUSTED =
      Pattern.compile("\\b(NOSCRIPT|READONLY|MASTERDOWN)\\b");

  private final Handshake handshake;
  private final FreshCacheConfig config;
  private final List<String> trustedKeys;
  private final LinkMetrics metrics;
  private final Outage outage;
  private final SupervisedThread keeper;
  private final Semaphore attention = new Semaphore(0);

  private volatile @Nullable Session current;
  private boolean renewFirst;

  RedisLink(
      Handshake handshake,
      FreshCacheConfig config,
      List<String> generations,
      LinkMetrics metrics,
      Outage outage) {
    this.handshake = handshake;
    this.config = config;
    this.trustedKeys =
        Stream.concat(Stream.of(Keys.server(config.namespace())), generations.stream()).toList();
    this.metrics = metrics;
    this.outage = outage;
    this.keeper =
        new SupervisedThread(
            "fresh-cache-link",
            config.probeInterval(),
            config.probeInterval().multipliedBy(LONGEST_PROBES),
            STOP_LIMIT,
            outage,
            this::keep);
  }

  void start() {
    keeper.start();
  }

  /** Whether readers ask Redis at this moment. */
  boolean isTrusted() {
    Session session = current;
    return session != null && session.isReadable();
  }

  /**
   * Asks Redis on behalf of a reader.
   *
   * @param undo sent when the answer comes too late for the reader, whom nobody will hear of again
   * @return null when it is not to be asked, did not answer in time, or answered with an error
   */
  @Nullable Response ask(Budget budget, Request request, @Nullable Request undo) {
    Session session = current;
    if (session == null || !session.isReadable() || budget.isSpent()) {
      return null;
    }
    Future<@Nullable Response> answer = session.send(request);
    try {
      Response response = budget.await(answer);
      session.answered();
      return response;
    } catch (RefusedException e) {
      if (NOT_WHAT_WE_TRUSTED.matcher(String.valueOf(e.getMessage())).find()) {
        drop(session, "a read was refused: " + e.getMessage());
      }
      return null;
    } catch (UnansweredException e) {
      metrics.unanswered.increment();
      if (undo != null) {
        answer.onSuccess(_ -> session.send(undo));
      }
      if (session.late()) {
        attention.release();
      }
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  /** Sends what ends a lease and nobody need wait for, also while readers ask no more. */
  void tell(Request request) {
    Session session = current;
    if (session != null && session.isTrusted()) {
      var _ = session.send(request);
    }
  }

  /**
   * Tells Redis of committed changes.
   *
   * @return whether Redis confirmed all; if not, no reader of this process asks Redis again before
   *     it has confirmed them late, or every entry of before is renewed away
   */
  boolean announce(Budget budget, List<Request> requests) {
    Session session = sessionForInvalidation();
    if (session == null) {
      return false;
    }
    Future<List<@Nullable Response>> confirmation = session.batch(requests);
    try {
      budget.await(confirmation);
      return true;
    } catch (LateException e) {
      metrics.unanswered.increment();
      awaitLate(session, confirmation);
    } catch (UnansweredException e) {
      drop(session, "an invalidation failed: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      awaitLate(session, confirmation);
    }
    return false;
  }

  private void awaitLate(Session session, Future<List<@Nullable Response>> confirmation) {
    session.owes(confirmation, e -> drop(session, "an invalidation failed: " + e.getMessage()));
    attention.release();
  }

  private synchronized @Nullable Session sessionForInvalidation() {
    if (current == null) {
      renewFirst = true;
    }
    return current;
  }

  private void drop(Session session, String reason) {
    synchronized (this) {
      if (current == session) {
        current = null;
        renewFirst = true;
      }
    }
    session.end(reason);
    attention.release();
  }

  /** One connection, from its opening to its end. */
  private void keep() throws UnansweredException, InterruptedException {
    Session session = open();
    try {
      outage.works();
      while (current == session) {
        attention.acquire();
        attention.drainPermits();
        attend(session);
      }
      throw new UnansweredException(session.endReason() + "; reads go to the database", null);
    } finally {
      drop(session, "nobody looks after it");
    }
  }

  /**
   * Waits until readers may ask again. Redis answers in order: what it owed before, it has answered
   * when it answers this.
   */
  private void attend(Session session) throws InterruptedException {
    long since = System.nanoTime();
    while (current == session && !session.isReadable()) {
      long asked = System.nanoTime();
      Future<@Nullable Response> pong = session.send(Request.cmd(Command.PING));
      if (Budget.isLate(pong, config.connectLimit())) {
        outage.failed(
            "no answer within %d ms; reads go to the database"
                .formatted(config.connectLimit().toMillis()));
        if (Budget.isLate(pong, config.answerLimit())) {
          drop(session, "no answer within " + config.answerLimit().toMillis() + " ms more");
          return;
        }
      }
      Duration took = Duration.ofNanos(System.nanoTime() - asked);
      if (took.compareTo(config.budget()) <= 0) {
        session.resume();
      } else {
        tellSlow(took, since);
        Thread.sleep(config.probeInterval());
      }
    }
    if (current == session) {
      outage.works();
    }
  }

  /** A short spell is in the metrics only. */
  private void tellSlow(Duration took, long since) {
    if (System.nanoTime() - since > config.connectLimit().toNanos()) {
      outage.failed(
          "it answers after %d ms, which is longer than the budget of %d ms; reads go to the database"
              .formatted(took.toMillis(), config.budget().toMillis()));
    }
  }

  private Session open() throws UnansweredException, InterruptedException {
    Session next = handshake.connect();
    next.onEnd(reason -> drop(next, reason));
    try {
      handshake.loadScripts(next);
      believe(next, handshake.runId(next));
      return next;
    } finally {
      if (!next.isTrusted()) {
        drop(next, "it could not be trusted");
      }
    }
  }

  private void believe(Session next, String runId)
      throws UnansweredException, InterruptedException {
    boolean renew;
    synchronized (this) {
      current = next;
      renew = renewFirst;
    }
    if (handshake.trust(next, trustedKeys, runId, renew)) {
      metrics.renewals.increment();
    }
    synchronized (this) {
      if (current != next) {
        throw new UnansweredException(next.endReason(), null);
      }
      renewFirst = false;
      next.trust();
    }
  }

  /** Does over a connection of its own what opening does. */
  void check() throws UnansweredException, InterruptedException {
    handshake.rehearse();
  }

  /** An answer that is a whole number. */
  static long number(Response answer) {
    return Objects.requireNonNull(answer.toLong(), () -> "a number was expected: " + answer);
  }

  static Request call(Script script, int keys) {
    return Request.cmd(Command.EVALSHA).arg(script.sha()).arg(keys);
  }

  @Override
  public void close() {
    keeper.stop();
    Session session = current;
    if (session != null) {
      drop(session, "closed");
    }
    keeper.close();
  }
}

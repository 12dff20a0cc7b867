package dev.aftercommit.freshcache;

import dev.aftercommit.freshcache.Budget.UnansweredException;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The one connection to Redis, and whether what comes over it may be believed.
 *
 * <p>A connection is believed only after {@link Script#TRUST} ran over it, so no answer of a server
 * that was away is used before new generations began. When it ends, when an invalidation over it
 * fails, or when reads over it stay unanswered, it is dropped for good; a thread makes the next
 * one. Between the two, readers go to the database and lose no time.
 *
 * <p>Opening has an order: first invalidations go over the new connection, then the generations are
 * renewed, then readers use it. An invalidation is therefore either renewed away or sent.
 */
final class RedisLink implements AutoCloseable {

  private static final Logger LOG = System.getLogger(RedisLink.class.getName());
  private static final Pattern RUN_ID = Pattern.compile("(?m)^run_id:(\\w+)");

  private final Supplier<Redis> clients;
  private final FreshCacheConfig config;
  private final Words words;
  private final List<String> generations;
  private final AtomicInteger failures = new AtomicInteger();
  private final Thread keeper;

  private volatile @Nullable RedisConnection forInvalidations;
  private volatile @Nullable RedisConnection forReads;
  private volatile boolean closed;
  private @Nullable Redis client;
  private boolean renewFirst;

  RedisLink(
      Supplier<Redis> clients, FreshCacheConfig config, List<String> generations, Words words) {
    this.clients = clients;
    this.config = config;
    this.generations = generations;
    this.words = words;
    this.keeper = Thread.ofPlatform().name("fresh-cache-link").daemon().unstarted(this::keep);
  }

  void start() {
    keeper.start();
  }

  boolean isTrusted() {
    return forReads != null;
  }

  /**
   * Asks Redis on behalf of a reader.
   *
   * @return null when it is not to be asked, or did not answer in time
   */
  @Nullable Response ask(Budget budget, Request request) {
    RedisConnection connection = forReads;
    if (connection == null || budget.isSpent()) {
      return null;
    }
    try {
      Response answer = budget.await(connection.send(request));
      failures.set(0);
      return answer;
    } catch (UnansweredException e) {
      boolean scriptsLost = String.valueOf(e.getMessage()).contains("NOSCRIPT");
      if (failures.incrementAndGet() >= config.failuresToOpen() || scriptsLost) {
        drop(
            connection,
            "unanswered reads in a row: %d, the last one: %s"
                .formatted(failures.get(), e.getMessage()));
      }
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  /** Sends what a reader need not wait for. */
  void tell(Request request) {
    RedisConnection connection = forReads;
    if (connection != null) {
      var _ = connection.send(request);
    }
  }

  /**
   * Tells Redis of committed changes.
   *
   * @return whether Redis confirmed all; if not, every entry of before is renewed away before this
   *     process reads from Redis again
   */
  boolean announce(Budget budget, List<Request> requests) {
    RedisConnection connection = connectionForInvalidation();
    if (connection == null) {
      return false;
    }
    String failure;
    try {
      budget.await(connection.batch(requests));
      return true;
    } catch (UnansweredException e) {
      failure = String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure = "interrupted";
    }
    missed();
    drop(connection, "an invalidation: " + failure);
    return false;
  }

  private synchronized @Nullable RedisConnection connectionForInvalidation() {
    if (forInvalidations == null) {
      renewFirst = true;
    }
    return forInvalidations;
  }

  private synchronized void missed() {
    renewFirst = true;
  }

  private void drop(RedisConnection connection, String reason) {
    Redis dropped;
    synchronized (this) {
      if (!connection.equals(forInvalidations)) {
        return;
      }
      forInvalidations = null;
      forReads = null;
      renewFirst = true;
      dropped = client;
      client = null;
    }
    if (!closed) {
      LOG.log(Level.WARNING, "Redis is left alone, reads go to the database; {0}", reason);
    }
    if (dropped != null) {
      dropped.close();
    }
    LockSupport.unpark(keeper);
  }

  private void keep() {
    while (!closed) {
      if (forReads == null && !open()) {
        LockSupport.parkNanos(this, config.probeInterval().toNanos());
      } else if (forReads != null) {
        LockSupport.park(this);
      }
    }
  }

  private boolean open() {
    Redis next = clients.get();
    try {
      RedisConnection connection = await(next.connect());
      connection.endHandler(end -> drop(connection, "the connection ended"));
      connection.exceptionHandler(e -> drop(connection, "the connection failed: " + e));
      for (Script script : Script.values()) {
        await(connection.send(Request.cmd(Command.SCRIPT).arg("LOAD").arg(script.source())));
      }
      believe(next, connection, runId(connection));
      return true;
    } catch (UnansweredException e) {
      LOG.log(Level.DEBUG, "Redis is still away: {0}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    missed();
    next.close();
    return false;
  }

  private void believe(Redis next, RedisConnection connection, String runId)
      throws UnansweredException, InterruptedException {
    boolean renew;
    synchronized (this) {
      client = next;
      forInvalidations = connection;
      renew = renewFirst;
    }
    Request trust = call(Script.TRUST, generations.size() + 1).arg(Keys.server(config.namespace()));
    generations.forEach(trust::arg);
    try {
      Response renewed = await(connection.send(trust.arg(runId).arg(renew ? "1" : "0")));
      synchronized (this) {
        if (connection.equals(forInvalidations)) {
          renewFirst = false;
          failures.set(0);
          forReads = connection;
          LOG.log(
              Level.INFO,
              "Redis is used; {0}",
              number(renewed) == 1 ? "nothing cached before is" : "so is what it has");
        }
      }
    } catch (UnansweredException e) {
      drop(connection, "it could not be trusted: " + e.getMessage());
      throw e;
    }
  }

  /** A server that does not tell is taken for a new one each time. */
  private String runId(RedisConnection connection) throws InterruptedException {
    try {
      Response info = await(connection.send(Request.cmd(Command.INFO).arg("server")));
      Matcher matcher = RUN_ID.matcher(info.toString());
      return matcher.find() ? matcher.group(1) : words.next();
    } catch (UnansweredException e) {
      return words.next();
    }
  }

  private <T> T await(Future<? extends @Nullable T> answer)
      throws UnansweredException, InterruptedException {
    return new Budget(config.connectLimit()).await(answer);
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
    closed = true;
    RedisConnection connection = forInvalidations;
    if (connection != null) {
      drop(connection, "closed");
    }
    LockSupport.unpark(keeper);
  }
}

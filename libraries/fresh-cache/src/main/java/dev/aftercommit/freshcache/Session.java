package dev.aftercommit.freshcache;

import dev.aftercommit.freshcache.Budget.UnansweredException;
import io.vertx.core.Future;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection to Redis with a client of its own, and whether readers may use it: only after it
 * was trusted, while it confirms every invalidation, and while it answers reads in time. Redis
 * answers the commands of a connection in order.
 */
final class Session {

  private final Redis client;
  private final RedisConnection connection;
  private final int lateReadsToPause;
  private final AtomicInteger lateReads = new AtomicInteger();
  private final AtomicInteger unconfirmed = new AtomicInteger();
  private final AtomicReference<@Nullable String> end = new AtomicReference<>();
  private volatile boolean paused;
  private volatile boolean trusted;

  private Session(Redis client, RedisConnection connection, int lateReadsToPause) {
    this.client = client;
    this.connection = connection;
    this.lateReadsToPause = lateReadsToPause;
  }

  /**
   * Connects; closes the client when that fails.
   *
   * @param lateReadsToPause reads in a row without an answer in time after which readers ask no
   *     more
   */
  static Session connect(Redis client, Duration limit, int lateReadsToPause)
      throws UnansweredException, InterruptedException {
    @Nullable RedisConnection connection = null;
    try {
      connection = new Budget(limit).<RedisConnection>await(client.connect());
      return new Session(client, connection, lateReadsToPause);
    } finally {
      if (connection == null) {
        client.close();
      }
    }
  }

  /** What happens when the connection ends by itself, with the reason. */
  void onEnd(Consumer<String> handler) {
    connection.endHandler(_ -> handler.accept("the connection ended"));
    connection.exceptionHandler(e -> handler.accept("the connection failed: " + e));
  }

  Future<@Nullable Response> send(Request request) {
    return connection.send(request);
  }

  Future<List<@Nullable Response>> batch(List<Request> requests) {
    return connection.batch(requests);
  }

  void trust() {
    trusted = true;
  }

  boolean isTrusted() {
    return trusted;
  }

  /** Whether readers may ask. */
  boolean isReadable() {
    return trusted && !paused && unconfirmed.get() == 0;
  }

  /** A read was answered in time. */
  void answered() {
    if (lateReads.get() != 0) {
      lateReads.set(0);
    }
  }

  /** A read was not answered in time; returns whether readers ask no more. */
  boolean late() {
    if (lateReads.incrementAndGet() >= lateReadsToPause) {
      paused = true;
    }
    return paused;
  }

  /** Answers come in time again. */
  void resume() {
    lateReads.set(0);
    paused = false;
  }

  /**
   * An invalidation was sent and may not have been done yet: readers ask no more until Redis has
   * confirmed it.
   *
   * @param failed what happens when Redis does not do it
   */
  void owes(Future<List<@Nullable Response>> confirmation, Consumer<Throwable> failed) {
    unconfirmed.incrementAndGet();
    confirmation.onSuccess(_ -> unconfirmed.decrementAndGet());
    confirmation.onFailure(failed::accept);
  }

  /** Ends for good; only the first call counts, as a client must not be closed twice. */
  void end(String reason) {
    if (end.compareAndSet(null, reason)) {
      trusted = false;
      client.close();
    }
  }

  /** Why it ended. */
  String endReason() {
    return String.valueOf(end.get());
  }
}

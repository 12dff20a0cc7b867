package dev.aftercommit.freshcache;

import dev.aftercommit.resilience.Outage;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The time that one caller may still spend on waiting for Redis. Used by one thread. */
final class Budget {

  private final Duration all;
  private long leftNanos;

  Budget(Duration all) {
    this.all = all;
    this.leftNanos = all.toNanos();
  }

  /** Waits for the answer, and takes the time it took from what is left. */
  <T> T await(Future<? extends @Nullable T> answer)
      throws UnansweredException, InterruptedException {
    long begun = System.nanoTime();
    try {
      T result =
          answer
              .toCompletionStage()
              .toCompletableFuture()
              .get(Math.max(leftNanos, 0), TimeUnit.NANOSECONDS);
      if (result == null) {
        throw new UnansweredException("the answer is empty", null);
      }
      return result;
    } catch (TimeoutException e) {
      throw new LateException("no answer within " + all.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      String message = Outage.describe(cause);
      throw cause instanceof Response
          ? new RefusedException(message, e)
          : new UnansweredException(message, e);
    } catch (CancellationException e) {
      throw new UnansweredException(String.valueOf(e.getMessage()), e);
    } finally {
      leftNanos -= System.nanoTime() - begun;
    }
  }

  /** Whether nothing came within the limit, not even an error or the end of the connection. */
  static boolean isLate(Future<@Nullable Response> answer, Duration limit)
      throws InterruptedException {
    try {
      new Budget(limit).<Response>await(answer);
      return false;
    } catch (LateException e) {
      return true;
    } catch (UnansweredException e) {
      return false;
    }
  }

  boolean isSpent() {
    return leftNanos <= 0;
  }

  /** Redis answered with an error, too late or not at all. */
  static class UnansweredException extends Exception {
    UnansweredException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The answer may still come; what was asked for may still be done. */
  static final class LateException extends UnansweredException {
    LateException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Redis answered that it does not do what was asked for. */
  static final class RefusedException extends UnansweredException {
    RefusedException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}

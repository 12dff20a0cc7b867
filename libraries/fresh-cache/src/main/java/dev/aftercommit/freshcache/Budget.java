package dev.aftercommit.freshcache;

import io.vertx.core.Future;
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
      throw new UnansweredException("no answer within " + all.toMillis() + " ms", e);
    } catch (ExecutionException | CancellationException e) {
      throw new UnansweredException(String.valueOf(e.getMessage()), e);
    } finally {
      leftNanos -= System.nanoTime() - begun;
    }
  }

  boolean isSpent() {
    return leftNanos <= 0;
  }

  /** Redis answered with an error, too late or not at all. */
  static final class UnansweredException extends Exception {
    UnansweredException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}

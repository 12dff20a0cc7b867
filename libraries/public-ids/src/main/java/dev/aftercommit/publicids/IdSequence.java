package dev.aftercommit.publicids;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Hands out keys, each once, to any number of threads: one atomic addition per key. The next block
 * is fetched on a thread of its own, outside any transaction of the callers, when half of this one
 * is used; only a caller who finds it used up before that is done waits for it.
 *
 * <p>What is left of the blocks when the process ends is never handed out.
 */
public final class IdSequence implements AutoCloseable {

  private final IdBlocks blocks;
  private final Duration maxWait;
  private final ExecutorService fetcher =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("public-ids-", 0).factory());
  private final AtomicReference<@Nullable CompletableFuture<IdBlock>> ahead =
      new AtomicReference<>();
  private final ReentrantLock turning = new ReentrantLock();
  private volatile Cursor cursor;

  /**
   * Fetches the first block.
   *
   * @param maxWait longest wait of a caller for a block
   * @throws SQLException when there is none
   */
  public IdSequence(IdBlocks blocks, Duration maxWait) throws SQLException {
    this.blocks = blocks;
    this.maxWait = maxWait;
    this.cursor = new Cursor(blocks.next());
  }

  /**
   * The next key.
   *
   * @throws IdsUnavailableException when the block is used up and no other came within the wait
   */
  public long next() {
    while (true) {
      Cursor present = cursor;
      long key = present.position.getAndIncrement();
      if (key < present.half) {
        return key;
      }
      if (key == present.half) {
        var _ = requestNext(); // kept in "ahead" for whoever finds this block used up
      }
      if (key < present.end) {
        return key;
      }
      turnFrom(present);
    }
  }

  /** Puts the next block in the place of this one, once. */
  private void turnFrom(Cursor used) {
    turning.lock();
    try {
      if (cursor == used) {
        IdBlock block = fetched();
        ahead.set(null);
        cursor = new Cursor(block);
      }
    } finally {
      turning.unlock();
    }
  }

  private IdBlock fetched() {
    CompletableFuture<IdBlock> request = requestNext();
    if (request.isCompletedExceptionally()) {
      // what failed when half was left may succeed now
      ahead.compareAndSet(request, null);
      request = requestNext();
    }
    try {
      return request.get(maxWait.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IdsUnavailableException("interrupted while waiting for a block of ids", e);
    } catch (ExecutionException e) {
      throw new IdsUnavailableException(
          "the block of ids is used up and no other could be had: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new IdsUnavailableException(
          "the block of ids is used up and no other came within " + maxWait, e);
    }
  }

  private CompletableFuture<IdBlock> requestNext() {
    CompletableFuture<IdBlock> request = new CompletableFuture<>();
    @Nullable CompletableFuture<IdBlock> earlier = ahead.compareAndExchange(null, request);
    if (earlier != null) {
      return earlier;
    }
    fetcher.execute(() -> fetch(request));
    return request;
  }

  private void fetch(CompletableFuture<IdBlock> request) {
    try {
      request.complete(blocks.next());
    } catch (SQLException | RuntimeException e) {
      request.completeExceptionally(e);
    }
  }

  /** Stops fetching; the blocks' source stays open. */
  @Override
  public void close() {
    fetcher.shutdown();
  }

  /** One block and how far it is used. */
  private static final class Cursor {

    private final AtomicLong position;
    private final long half;
    private final long end;

    Cursor(IdBlock block) {
      this.position = new AtomicLong(block.first());
      this.half = block.first() + (block.end() - block.first()) / 2;
      this.end = block.end();
    }
  }
}

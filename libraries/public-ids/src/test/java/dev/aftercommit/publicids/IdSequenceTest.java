package dev.aftercommit.publicids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Keys are handed out once each, and the next block is fetched before it is needed. */
class IdSequenceTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ExecutorService threads = Executors.newFixedThreadPool(8);
  private final Source source = new Source(100);

  @AfterEach
  void endThreads() {
    threads.shutdownNow();
  }

  @Test
  void oneThreadGetsAllKeysInOrder() throws SQLException {
    try (IdSequence ids = new IdSequence(source, PATIENCE)) {
      assertThat(LongStream.generate(ids::next).limit(1_000).toArray())
          .isEqualTo(LongStream.range(1, 1_001).toArray());
    }
  }

  @Test
  void noKeyIsHandedOutTwiceToManyThreads() throws Exception {
    int each = 20_000;
    try (IdSequence ids = new IdSequence(source, PATIENCE)) {
      CountDownLatch start = new CountDownLatch(1);
      Callable<long[]> taking =
          () -> {
            start.await();
            return LongStream.generate(ids::next).limit(each).toArray();
          };
      var taken = IntStream.range(0, 8).mapToObj(thread -> threads.submit(taking)).toList();
      start.countDown();
      long[] all = new long[0];
      for (Future<long[]> keys : taken) {
        long[] more = keys.get(60, TimeUnit.SECONDS);
        all = LongStream.concat(Arrays.stream(all), Arrays.stream(more)).toArray();
      }
      assertThat(Arrays.stream(all).distinct().count()).isEqualTo(8L * each);
    }
  }

  @Test
  void theNextBlockIsAskedForWhenHalfIsUsed() throws SQLException {
    try (IdSequence ids = new IdSequence(source, PATIENCE)) {
      LongStream.range(0, 50).forEach(key -> ids.next());
      assertThat(source.asked).hasValue(1);
      ids.next();
      await().atMost(PATIENCE).until(() -> source.asked.get() == 2);
      LongStream.range(0, 49).forEach(key -> ids.next());
      assertThat(ids.next()).isEqualTo(101);
      assertThat(source.asked).hasValue(2);
    }
  }

  @Test
  void whoFindsTheBlockUsedUpWaitsForTheNext() throws Exception {
    try (IdSequence ids = new IdSequence(source, PATIENCE)) {
      source.hold();
      LongStream.range(0, 100).forEach(key -> ids.next());
      Future<Long> waiting = threads.submit(ids::next);
      await().atMost(PATIENCE).until(() -> source.asked.get() == 2);
      assertThat(waiting).isNotDone();
      source.release();
      assertThat(waiting.get(60, TimeUnit.SECONDS)).isEqualTo(101);
    }
  }

  @Test
  void aFailureAheadIsForgottenOnceTheSourceIsBack() throws Exception {
    try (IdSequence ids = new IdSequence(source, PATIENCE)) {
      source.failing = true;
      LongStream.range(0, 100).forEach(key -> ids.next());
      await().atMost(PATIENCE).until(() -> source.asked.get() == 2);
      source.failing = false;
      assertThat(ids.next()).isEqualTo(101);
    }
  }

  @Test
  void withoutABlockItSaysWhyAndRecovers() throws Exception {
    try (IdSequence ids = new IdSequence(source, PATIENCE)) {
      LongStream.range(0, 49).forEach(key -> ids.next());
      source.failing = true;
      LongStream.range(0, 51).forEach(key -> ids.next());
      assertThatThrownBy(ids::next)
          .isInstanceOf(IdsUnavailableException.class)
          .hasMessageContaining("the source is down");
      source.failing = false;
      assertThat(ids.next()).isEqualTo(101);
    }
  }

  @Test
  void itWaitsNoLongerThanItWasTold() throws Exception {
    try (IdSequence ids = new IdSequence(source, Duration.ofMillis(50))) {
      source.hold();
      LongStream.range(0, 100).forEach(key -> ids.next());
      assertThatThrownBy(ids::next).hasMessageContaining("within PT0.05S");
      source.release();
    }
  }

  /** Hands out blocks one after the other; can fail and can be held. */
  private static final class Source implements IdBlocks {

    private final AtomicInteger asked = new AtomicInteger();
    private final Semaphore open = new Semaphore(1);
    private final int size;
    private volatile boolean failing;
    private long position = 1;

    Source(int size) {
      this.size = size;
    }

    void hold() throws InterruptedException {
      open.acquire();
    }

    void release() {
      open.release();
    }

    @Override
    public IdBlock next() throws SQLException {
      asked.incrementAndGet();
      open.acquireUninterruptibly();
      try {
        if (failing) {
          throw new SQLException("the source is down");
        }
        position += size;
        return new IdBlock(position - size, position);
      } finally {
        open.release();
      }
    }
  }
}

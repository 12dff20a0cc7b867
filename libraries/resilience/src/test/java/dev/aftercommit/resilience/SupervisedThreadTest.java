package dev.aftercommit.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SupervisedThreadTest {

  private final Outage outage = new Outage(Logger.getLogger("supervised-test"), "the task");
  private final AtomicInteger runs = new AtomicInteger();
  private final CountDownLatch goOn = new CountDownLatch(1);

  @Test
  void anErrorDoesNotEndTheWork() {
    try (SupervisedThread thread =
        thread(
            () -> {
              if (runs.incrementAndGet() < 3) {
                throw new StackOverflowError("forced");
              }
              goOn.await();
            })) {
      thread.start();

      await().until(() -> runs.get() == 3);
      assertThat(outage.reason().orElseThrow()).contains("StackOverflowError", "forced");
      goOn.countDown();
    }
  }

  @Test
  void aTaskThatReturnsUnaskedBeginsAnewAndIsTold() {
    try (SupervisedThread thread = thread(runs::incrementAndGet)) {
      thread.start();

      await().until(() -> runs.get() > 2);
      assertThat(outage.reason().orElseThrow()).contains("ended without being asked to");
    }
  }

  @Test
  void aStrayInterruptDoesNotEndTheWork() {
    AtomicReference<Thread> worker = new AtomicReference<>();
    try (SupervisedThread thread =
        thread(
            () -> {
              worker.set(Thread.currentThread());
              runs.incrementAndGet();
              goOn.await();
            })) {
      thread.start();
      await().until(() -> runs.get() == 1);
      worker.get().interrupt();

      await().until(() -> runs.get() == 2);
    }
    assertThat(worker.get().isAlive()).as("close ends it").isFalse();
  }

  private SupervisedThread thread(SupervisedThread.Task task) {
    return new SupervisedThread(
        "supervised-test",
        Duration.ofMillis(1),
        Duration.ofMillis(10),
        Duration.ofSeconds(1),
        outage,
        task);
  }
}

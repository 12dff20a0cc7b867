package dev.aftercommit.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DeliveryQueueTest {

  private static final Duration NO_LINGER = Duration.ZERO;
  private static final Duration LONG = Duration.ofHours(1);

  private final AtomicLong requested = new AtomicLong();
  private final DeliveryQueue queue = new DeliveryQueue(4);
  private boolean cancelled;

  @BeforeEach
  void subscribe() {
    queue.onSubscribe(
        new Flow.Subscription() {
          @Override
          public void request(long n) {
            requested.addAndGet(n);
          }

          @Override
          public void cancel() {
            cancelled = true;
          }
        });
  }

  @Test
  void noMoreIsAskedForThanThereIsRoom() throws Exception {
    assertThat(requested).hasValue(4);
    add("c", 1, 2, 3);

    assertThat(numbers(queue.take(2, NO_LINGER, LONG))).containsExactly(1L, 2L);
    assertThat(requested).hasValue(6);
  }

  @Test
  void whoTakesFromAnEmptyQueueIsBackAfterABoundedWaitAndTheConsumerGoesOn() throws Exception {
    assertThat(queue.take(256, NO_LINGER, Duration.ofMillis(1))).isEmpty();
    assertThat(queue.ended()).isEmpty();
    add("c", 1);

    assertThat(numbers(queue.take(256, NO_LINGER, LONG))).containsExactly(1L);
  }

  @Test
  void aQueueThatEndedSaysWhyAndHowManyComeAgain() {
    add("c", 1, 2);

    queue.end("connection reset");

    assertThat(queue.ended())
        .hasValueSatisfying(why -> assertThat(why).contains("connection reset", "2 deliveries"));
  }

  @Test
  void aBatchIsWhatIsThereInTheOrderOfDelivery() throws Exception {
    add("c", 1, 2, 3);

    assertThat(numbers(queue.take(256, NO_LINGER, LONG))).containsExactly(1L, 2L, 3L);
  }

  @Test
  void anEmptyQueueWaitsForTheFirstDelivery() throws Exception {
    FutureTask<List<Delivery>> taking = taking(256, NO_LINGER);

    add("c", 1);

    assertThat(numbers(taking.get())).containsExactly(1L);
  }

  @Test
  void lingeringEndsWithAFullBatch() throws Exception {
    add("c", 1);
    FutureTask<List<Delivery>> taking = taking(2, Duration.ofHours(1));

    add("c", 2);

    assertThat(numbers(taking.get())).containsExactly(1L, 2L);
  }

  @Test
  void lingeringEndsWithItsTime() throws Exception {
    add("c", 1);

    assertThat(numbers(queue.take(2, Duration.ofMillis(1), LONG))).containsExactly(1L);
  }

  @Test
  void lingeringForMoreThanMayComeEndsWhenEverythingIsThere() throws Exception {
    add("c", 1, 2, 3);
    FutureTask<List<Delivery>> taking = taking(256, Duration.ofHours(1));

    add("c", 4);

    assertThat(numbers(taking.get())).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void whatIsLeftWhenTheConsumerIsGoneIsDroppedSinceItComesAgain() throws Exception {
    add("c", 1, 2, 3);

    queue.end("the broker went away");

    assertThat(queue.take(256, NO_LINGER, LONG)).isEmpty();
  }

  @Test
  void aDeliveryThatIsMissingEndsTheConsumerSoThatNoAcknowledgementCoversIt() throws Exception {
    add("c", 1, 2);
    assertThat(numbers(queue.take(256, NO_LINGER, LONG))).containsExactly(1L, 2L);

    add("c", 4, 5);

    assertThat(queue.take(256, NO_LINGER, LONG)).isEmpty();
  }

  @Test
  void theEndOfTheConsumerWakesWhoLingers() throws Exception {
    add("c", 1);
    FutureTask<List<Delivery>> taking = taking(256, Duration.ofHours(1));

    queue.onError(new IllegalStateException("connection reset"));

    assertThat(taking.get()).isEmpty();
  }

  @Test
  void closingCancelsTheSubscriptionAndWakesWhoWaits() throws Exception {
    FutureTask<List<Delivery>> taking = taking(256, NO_LINGER);

    queue.close();

    assertThat(taking.get()).isEmpty();
    assertThat(cancelled).isTrue();
  }

  private FutureTask<List<Delivery>> taking(int most, Duration linger) {
    FutureTask<List<Delivery>> task = new FutureTask<>(() -> queue.take(most, linger, LONG));
    Thread thread = Thread.ofPlatform().start(task);
    Awaitility.await()
        .until(
            () ->
                thread.getState() == Thread.State.WAITING
                    || thread.getState() == Thread.State.TIMED_WAITING);
    return task;
  }

  private void add(String consumer, long... numbers) {
    for (long number : numbers) {
      queue.add(new Delivery(consumer, number, new RawMessage(null, null, new byte[0], false)));
    }
  }

  private static List<Long> numbers(List<Delivery> batch) {
    return batch.stream().map(Delivery::number).toList();
  }
}

package dev.aftercommit.consumer;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jspecify.annotations.Nullable;

/**
 * Stands between one consumer of the broker and the thread that applies batches. Holds at most
 * {@code capacity} deliveries: no more are asked for. It ends with its consumer, for whatever
 * reason; what is left in it then is dropped, since the broker delivers it again.
 */
final class DeliveryQueue implements Flow.Subscriber<Message<?>> {

  private final int capacity;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition enough = lock.newCondition();
  private final ArrayDeque<Delivery> waiting = new ArrayDeque<>();
  private volatile Flow.@Nullable Subscription subscription;
  private int wanted = 1;

  /** The broker numbers the deliveries of a channel from 1 on, without a gap. */
  private long due = 1;

  private boolean ended;
  private String endedBecause = "";

  DeliveryQueue(int capacity) {
    this.capacity = capacity;
  }

  @Override
  public void onSubscribe(Flow.Subscription upstream) {
    subscription = upstream;
    upstream.request(capacity);
  }

  @Override
  public void onNext(Message<?> message) {
    add(Delivery.of(message));
  }

  /**
   * Takes up a delivery. When one before it is missing, the consumer ends and the broker delivers
   * both again: an acknowledgement of this one would cover the other.
   */
  void add(Delivery delivery) {
    lock.lock();
    try {
      if (ended) {
        return;
      }
      if (delivery.number() != due) {
        end("delivery %d came when %d was due".formatted(delivery.number(), due));
        return;
      }
      due++;
      waiting.add(delivery);
      if (waiting.size() >= wanted) {
        enough.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onError(Throwable failure) {
    end("the channel failed: " + failure);
  }

  @Override
  public void onComplete() {
    end("the broker cancelled the consumer");
  }

  /**
   * Waits up to {@code idle} for a first delivery, then up to {@code linger} for a full batch, and
   * takes what is there.
   *
   * @return at most {@code most} deliveries, in order; empty when there was none, or when the
   *     consumer is gone
   */
  List<Delivery> take(int most, Duration linger, Duration idle) throws InterruptedException {
    List<Delivery> batch;
    lock.lockInterruptibly();
    try {
      await(1, idle.toNanos());
      if (!waiting.isEmpty()) {
        await(Math.min(most, capacity), linger.toNanos());
      }
      batch = drain(most);
    } finally {
      lock.unlock();
    }
    Flow.Subscription upstream = subscription;
    if (upstream != null && !batch.isEmpty()) {
      upstream.request(batch.size());
    }
    return batch;
  }

  /** Says that there will be no more deliveries, and why; wakes {@link #take}. */
  void end(String reason) {
    lock.lock();
    try {
      if (!ended) {
        ended = true;
        endedBecause =
            "%s; %d deliveries that were not applied come again".formatted(reason, waiting.size());
        waiting.clear();
        enough.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Why there will be no more deliveries; empty while there may be some. */
  Optional<String> ended() {
    lock.lock();
    try {
      return ended ? Optional.of(endedBecause) : Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** Cancels the subscription. */
  void close() {
    end("closed");
    Flow.Subscription upstream = subscription;
    if (upstream != null) {
      upstream.cancel();
    }
  }

  private void await(int size, long nanos) throws InterruptedException {
    long left = nanos;
    wanted = size;
    while (waiting.size() < size && !ended && left > 0) {
      left = enough.awaitNanos(left);
    }
    wanted = 1;
  }

  private List<Delivery> drain(int most) {
    int size = ended ? 0 : Math.min(most, waiting.size());
    List<Delivery> batch = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      batch.add(waiting.remove());
    }
    return batch;
  }
}

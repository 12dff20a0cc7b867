package dev.aftercommit.consumer;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the channel and the thread that applies batches. Holds at most {@code capacity}
 * deliveries: no more are asked for. All of them are of one consumer: when the broker was away and
 * a new consumer delivers, those of the old one are dropped, since the broker delivers them again.
 */
final class DeliveryQueue implements Flow.Subscriber<Message<?>> {

  private static final Logger LOG = Logger.getLogger(DeliveryQueue.class);

  private final int capacity;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition enough = lock.newCondition();
  private final ArrayDeque<Delivery> waiting = new ArrayDeque<>();
  private Flow.@Nullable Subscription subscription;
  private String consumer = "";
  private int wanted = 1;
  private boolean ended;

  DeliveryQueue(int capacity) {
    this.capacity = capacity;
  }

  @Override
  public void onSubscribe(Flow.Subscription upstream) {
    lock.lock();
    try {
      subscription = upstream;
    } finally {
      lock.unlock();
    }
    upstream.request(capacity);
  }

  @Override
  public void onNext(Message<?> message) {
    add(Delivery.of(message));
  }

  void add(Delivery delivery) {
    int dropped = 0;
    lock.lock();
    try {
      if (!delivery.consumer().equals(consumer)) {
        consumer = delivery.consumer();
        dropped = waiting.size();
        waiting.clear();
      }
      waiting.add(delivery);
      if (waiting.size() >= wanted) {
        enough.signal();
      }
    } finally {
      lock.unlock();
    }
    if (dropped > 0) {
      LOG.infof("dropped %d deliveries of a consumer that is gone; they come again", dropped);
      request(dropped);
    }
  }

  @Override
  public void onError(Throwable failure) {
    LOG.error("the channel employee-events failed", failure);
    end();
  }

  @Override
  public void onComplete() {
    LOG.warn("the broker cancelled the consumer of employee-events");
    end();
  }

  /**
   * Waits for a first delivery, then up to {@code linger} for a full batch, and takes what is
   * there.
   *
   * @return at most {@code most} deliveries of one consumer, in order; empty when the channel ended
   */
  List<Delivery> take(int most, Duration linger) throws InterruptedException {
    List<Delivery> batch;
    lock.lockInterruptibly();
    try {
      await(1, Long.MAX_VALUE);
      if (linger.isPositive()) {
        await(Math.min(most, capacity), linger.toNanos());
      }
      batch = drain(most);
    } finally {
      lock.unlock();
    }
    request(batch.size());
    return batch;
  }

  /** Ends the subscription; {@link #take} returns what is there, then nothing. */
  void close() {
    Flow.Subscription upstream = subscription;
    if (upstream != null) {
      upstream.cancel();
    }
    end();
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
    int size = Math.min(most, waiting.size());
    List<Delivery> batch = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      batch.add(waiting.remove());
    }
    return batch;
  }

  private void request(int more) {
    Flow.Subscription upstream = subscription;
    if (upstream != null && more > 0) {
      upstream.request(more);
    }
  }

  private void end() {
    lock.lock();
    try {
      ended = true;
      enough.signal();
    } finally {
      lock.unlock();
    }
  }
}

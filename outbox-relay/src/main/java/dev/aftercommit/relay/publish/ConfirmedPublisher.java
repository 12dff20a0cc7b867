package dev.aftercommit.relay.publish;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Return;
import com.rabbitmq.client.ShutdownSignalException;
import dev.aftercommit.events.CloudEvents;
import dev.aftercommit.outbox.OutboxEvent;
import dev.aftercommit.relay.publish.Outcome.Answer;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Publishes events persistently and with the mandatory flag, many at a time, and learns of each
 * whether the broker has taken it: a confirm, a refusal (nack), or a return because no queue wanted
 * it, which the broker sends before it confirms.
 *
 * <p>One thread publishes and takes outcomes; the connection's own thread delivers the broker's
 * answers.
 *
 * @param <T> what the caller remembers a published event by
 */
public final class ConfirmedPublisher<T> implements AutoCloseable {

  private static final int PERSISTENT = 2;

  private final Channel channel;
  private final String exchange;
  private final int window;
  private final Runnable onOutcome;
  private final ConcurrentLinkedQueue<Outcome<T>> outcomes = new ConcurrentLinkedQueue<>();

  private final ReentrantLock lock = new ReentrantLock();
  // By sequence number modulo the window; guarded by the lock.
  private final @Nullable Pending<T>[] pending;
  private int unconfirmed;
  private boolean blocked;

  private static final class Pending<T> {
    final long sequenceNumber;
    final T tag;
    final String messageId;
    @Nullable String returned;

    Pending(long sequenceNumber, T tag, String messageId) {
      this.sequenceNumber = sequenceNumber;
      this.tag = tag;
      this.messageId = messageId;
    }

    Outcome<T> outcome(boolean nack) {
      if (nack) {
        return new Outcome<>(tag, Answer.NACKED, "refused by the broker (nack)");
      }
      return new Outcome<>(tag, returned == null ? Answer.CONFIRMED : Answer.RETURNED, returned);
    }
  }

  /**
   * Opens a channel in confirm mode.
   *
   * @param window most events published and not yet answered
   * @param onOutcome called on the connection's thread when outcomes have arrived; must be quick
   */
  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
  public ConfirmedPublisher(Connection connection, String exchange, int window, Runnable onOutcome)
      throws IOException {
    this.exchange = exchange;
    this.window = window;
    this.onOutcome = onOutcome;
    this.pending = new Pending[window];
    this.channel = connection.createChannel();
    if (channel == null) {
      throw new IOException("the connection to RabbitMQ has no channel left");
    }
    try {
      channel.confirmSelect();
    } catch (IOException | RuntimeException e) {
      channel.abort();
      throw e;
    }
    channel.addConfirmListener(
        (tag, multiple) -> settle(tag, multiple, false),
        (tag, multiple) -> settle(tag, multiple, true));
    channel.addReturnListener(this::returned);
    channel.addShutdownListener(this::shutDown);
    connection.addBlockedListener(
        new BlockedListener() {
          @Override
          public void handleBlocked(String reason) {
            setBlocked(true);
          }

          @Override
          public void handleUnblocked() {
            setBlocked(false);
          }
        });
  }

  /** Whether another event may be published now. */
  public boolean hasRoom() {
    lock.lock();
    try {
      // The slot of the next number must be free as well: answers may arrive out of order.
      return !blocked
          && unconfirmed < window
          && pending[slotOf(channel.getNextPublishSeqNo())] == null;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the broker has asked publishers to stop, for lack of memory or disk. */
  public boolean isBlocked() {
    lock.lock();
    try {
      return blocked;
    } finally {
      lock.unlock();
    }
  }

  /** How many events have been published and not answered. */
  public int unconfirmed() {
    lock.lock();
    try {
      return unconfirmed;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Publishes one event; its outcome appears in {@link #poll}.
   *
   * @throws IllegalStateException when there is no room, see {@link #hasRoom}
   * @throws IOException when the connection is gone; nothing is known of the unanswered events then
   */
  public void publish(OutboxEvent event, T tag) throws IOException {
    String messageId = event.id().toString();
    lock.lock();
    try {
      long sequenceNumber = channel.getNextPublishSeqNo();
      int slot = slotOf(sequenceNumber);
      if (pending[slot] != null) {
        throw new IllegalStateException(
            "published beyond the confirm window of %d (%d unconfirmed)"
                .formatted(window, unconfirmed));
      }
      pending[slot] = new Pending<>(sequenceNumber, tag, messageId);
      unconfirmed++;
    } finally {
      lock.unlock();
    }
    channel.basicPublish(
        exchange, event.topic(), true, properties(event, messageId), event.payload());
  }

  /** The next outcome, or null when none has arrived. */
  public @Nullable Outcome<T> poll() {
    return outcomes.poll();
  }

  /** Whether the channel is still open. */
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    channel.abort();
  }

  private int slotOf(long sequenceNumber) {
    return (int) (sequenceNumber % window);
  }

  private void settle(long tag, boolean multiple, boolean nack) {
    // Everything unanswered lies within one window below the newest, so the slots from here on
    // cover it.
    long first = multiple ? Math.max(1, tag - window + 1) : tag;
    lock.lock();
    try {
      for (long n = first; n <= tag; n++) {
        Pending<T> answered = pending[slotOf(n)];
        if (answered != null && answered.sequenceNumber <= tag) {
          pending[slotOf(n)] = null;
          unconfirmed--;
          outcomes.add(answered.outcome(nack));
        }
      }
    } finally {
      lock.unlock();
    }
    onOutcome.run();
  }

  private void returned(Return message) {
    String id = message.getProperties().getMessageId();
    lock.lock();
    try {
      for (Pending<T> candidate : pending) {
        if (candidate != null && candidate.messageId.equals(id)) {
          candidate.returned =
              "unroutable: no queue is bound to exchange %s for topic %s (%d %s)"
                  .formatted(
                      message.getExchange(),
                      message.getRoutingKey(),
                      message.getReplyCode(),
                      message.getReplyText());
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void setBlocked(boolean now) {
    lock.lock();
    try {
      blocked = now;
    } finally {
      lock.unlock();
    }
    onOutcome.run();
  }

  private void shutDown(ShutdownSignalException cause) {
    onOutcome.run();
  }

  private static BasicProperties properties(OutboxEvent event, String messageId) {
    Map<String, Object> headers = HashMap.newHashMap(8);
    headers.put(CloudEvents.SPEC_VERSION, CloudEvents.VERSION);
    headers.put(CloudEvents.ID, messageId);
    headers.put(CloudEvents.SOURCE, event.source());
    headers.put(CloudEvents.TYPE, event.type());
    headers.put(CloudEvents.SUBJECT, event.key());
    headers.put(CloudEvents.TIME, event.occurredAt().toString());
    headers.put(CloudEvents.DATA_SCHEMA, event.dataSchema());
    if (event.traceParent() != null) {
      headers.put(CloudEvents.TRACE_PARENT, event.traceParent());
    }
    return new BasicProperties.Builder()
        .contentType(CloudEvents.JSON)
        .deliveryMode(PERSISTENT)
        .messageId(messageId)
        .headers(headers)
        .build();
  }
}

package dev.aftercommit.employee.cache;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.ShutdownSignalException;
import dev.aftercommit.topology.Topology;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What one channel brings of the queues that tell of changes, in order of delivery. */
final class CacheEvents {

  /**
   * What came back too often, because Redis failed again and again, is as good as ever. One channel
   * numbers the deliveries of both, so one acknowledgement covers both.
   */
  private static final List<String> QUEUES =
      List.of(Topology.CACHE_QUEUE, Topology.deadLetterQueueOf(Topology.CACHE_QUEUE));

  private static final int NOT_FOUND = 404;

  private final Channel channel;
  private final BlockingQueue<Delivery> deliveries;
  private volatile @Nullable String deletedQueue;

  /** A queue is gone, and perhaps events with it. */
  static final class QueueDeletedException extends IOException {
    QueueDeletedException(String queue) {
      super("queue %s was deleted, perhaps with events".formatted(queue));
    }
  }

  private CacheEvents(Channel channel, int prefetch) {
    this.channel = channel;
    this.deliveries = new LinkedBlockingQueue<>(QUEUES.size() * prefetch);
  }

  /** The queues that are not there. */
  static List<String> missingQueues(Connection connection) throws IOException {
    List<String> missing = new ArrayList<>();
    for (String queue : QUEUES) {
      if (!exists(connection, queue)) {
        missing.add(queue);
      }
    }
    return missing;
  }

  /**
   * Declares the queues and consumes from them.
   *
   * @param prefetch most unacknowledged messages of each
   */
  static CacheEvents consume(Connection connection, int prefetch) throws IOException {
    Channel channel = connection.createChannel();
    Topology.declare(channel);
    channel.basicQos(prefetch);
    CacheEvents events = new CacheEvents(channel, prefetch);
    for (String queue : QUEUES) {
      channel.basicConsume(
          queue,
          false,
          (_, delivery) -> events.deliveries.add(delivery),
          _ -> events.deletedQueue = queue);
    }
    return events;
  }

  /**
   * What is there now, at most so many; waits for a first one. Empty after the wait.
   *
   * @throws QueueDeletedException when the broker has cancelled a consumer
   * @throws IOException when the channel has ended
   */
  List<Delivery> take(int most, Duration wait) throws IOException, InterruptedException {
    requireOpen();
    List<Delivery> batch = new ArrayList<>();
    Delivery first = deliveries.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
    if (first != null) {
      batch.add(first);
      deliveries.drainTo(batch, most - 1);
    }
    return batch;
  }

  /** Throws as {@link #take}, if messages taken before cannot be acknowledged any more. */
  void requireOpen() throws IOException {
    String deleted = deletedQueue;
    if (deleted != null) {
      throw new QueueDeletedException(deleted);
    }
    ShutdownSignalException end = channel.getCloseReason();
    if (end != null) {
      throw new IOException("the channel has ended: " + end.getMessage(), end);
    }
  }

  /** Acknowledges these and all before them. */
  void acknowledge(List<Delivery> batch) throws IOException {
    channel.basicAck(batch.getLast().getEnvelope().getDeliveryTag(), true);
  }

  private static boolean exists(Connection connection, String queue) throws IOException {
    Channel probe = connection.createChannel();
    try {
      probe.queueDeclarePassive(queue);
      return true;
    } catch (IOException e) {
      if (e.getCause() instanceof ShutdownSignalException end
          && end.getReason() instanceof com.rabbitmq.client.AMQP.Channel.Close close
          && close.getReplyCode() == NOT_FOUND) {
        return false;
      }
      throw e;
    } finally {
      probe.abort();
    }
  }
}

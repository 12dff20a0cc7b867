package dev.aftercommit.lab.gate.amqp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The consumers of a channel, which the broker does not know of, and the messages that the actor
 * has not settled. Guarded by the monitor of the {@link Broker}.
 */
final class Consumers {

  /**
   * One consumer.
   *
   * @param automatic whether a message counts as settled when it is delivered
   * @param prefetch how many unsettled messages it may have; 0 for any number
   * @param strange why the lab cannot do what the broker would do for it; empty if it can
   */
  record Consumer(String tag, String queue, boolean automatic, int prefetch, String strange) {}

  /** A message in the actor's hands; the consumer is null if the actor asked for it. */
  private record Unsettled(String queue, @Nullable Consumer consumer) {}

  private final List<Consumer> consumers = new ArrayList<>();
  private final TreeMap<Long, Unsettled> unsettled = new TreeMap<>();
  private int prefetch;
  private int sharedPrefetch;

  /** Takes note of basic.qos. */
  void prefetch(int count, boolean shared) {
    if (shared) {
      sharedPrefetch = count;
    } else {
      prefetch = count;
    }
  }

  void add(String tag, String queue, boolean automatic, String strange) {
    consumers.add(new Consumer(tag, queue, automatic, prefetch, strange));
  }

  void remove(String tag) {
    consumers.removeIf(consumer -> consumer.tag().equals(tag));
  }

  List<Consumer> all() {
    return List.copyOf(consumers);
  }

  /** Whether it may get one more message. */
  boolean isFree(Consumer consumer) {
    long own = unsettled.values().stream().filter(u -> consumer.equals(u.consumer())).count();
    long all = unsettled.values().stream().filter(u -> u.consumer() != null).count();
    return consumer.automatic()
        || ((consumer.prefetch() == 0 || own < consumer.prefetch())
            && (sharedPrefetch == 0 || all < sharedPrefetch));
  }

  void delivered(long deliveryTag, String queue, @Nullable Consumer consumer) {
    unsettled.put(deliveryTag, new Unsettled(queue, consumer));
  }

  boolean isEmpty() {
    return unsettled.isEmpty();
  }

  /** How many messages of each queue are meant; 0 and many means all. */
  Map<String, Integer> meant(long deliveryTag, boolean many) {
    Map<String, Integer> queues = new HashMap<>();
    for (Unsettled message : view(deliveryTag, many).values()) {
      queues.merge(message.queue(), 1, Integer::sum);
    }
    return queues;
  }

  void settled(long deliveryTag, boolean many) {
    view(deliveryTag, many).clear();
  }

  private Map<Long, Unsettled> view(long deliveryTag, boolean many) {
    if (many) {
      return unsettled.headMap(deliveryTag == 0 ? Long.MAX_VALUE : deliveryTag, true);
    }
    return unsettled.subMap(deliveryTag, true, deliveryTag, true);
  }

  /** The queues of which the actor has messages. */
  Set<String> queues() {
    Set<String> queues = new LinkedHashSet<>();
    unsettled.values().forEach(message -> queues.add(message.queue()));
    return queues;
  }

  /** The channel is gone, and with it everything here. */
  void clear() {
    consumers.clear();
    unsettled.clear();
  }
}

package dev.aftercommit.relay;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import dev.aftercommit.topology.Topology;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** The events that have arrived in the aggregator's queue since the schedule began. */
final class Arrivals {

  private final Channel channel;
  private final List<String> ids = new ArrayList<>();

  Arrivals(Channel channel) {
    this.channel = channel;
  }

  /** Takes what is in the queue, and forgets it with all that came before. */
  void forget() {
    take();
    ids.clear();
  }

  /** Takes what is in the queue. */
  void take() {
    try {
      GetResponse message = channel.basicGet(Topology.AGGREGATOR_QUEUE, true);
      while (message != null) {
        ids.add(message.getProps().getMessageId());
        message = channel.basicGet(Topology.AGGREGATOR_QUEUE, true);
      }
    } catch (IOException | AlreadyClosedException e) {
      throw new IllegalStateException("the queue cannot be read", e);
    }
  }

  boolean include(Collection<String> events) {
    return ids.containsAll(events);
  }

  /**
   * What is wrong with them.
   *
   * @param committed the keys of the committed events by id, in the order of their positions
   */
  List<String> broken(Map<String, String> committed) {
    List<String> broken = new ArrayList<>();
    if (!include(committed.keySet())) {
      broken.add("every committed event is published");
    }
    if (!committed.keySet().containsAll(ids)) {
      broken.add("nothing else is published");
    }
    for (String key : new LinkedHashSet<>(committed.values())) {
      List<String> arrived =
          ids.stream().filter(id -> key.equals(committed.get(id))).distinct().toList();
      List<String> inOrder =
          committed.keySet().stream().filter(id -> key.equals(committed.get(id))).toList();
      if (!arrived.equals(inOrder)) {
        broken.add("the events of %s arrive in their order".formatted(key));
      }
    }
    return broken;
  }

  /** The places that they have among the committed events, from 1. */
  List<Integer> places(Map<String, String> committed) {
    List<String> places = List.copyOf(committed.keySet());
    return ids.stream().map(id -> places.indexOf(id) + 1).toList();
  }
}

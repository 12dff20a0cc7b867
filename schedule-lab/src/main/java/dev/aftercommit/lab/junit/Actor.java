package dev.aftercommit.lab.junit;

import com.rabbitmq.client.Connection;
import dev.aftercommit.lab.engine.Controller;
import dev.aftercommit.lab.gate.Service;
import dev.aftercommit.lab.scenario.QueueLink;
import dev.aftercommit.lab.scenario.ScenarioWorld;
import dev.aftercommit.lab.sql.Effect;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;

/** What the code of an actor is given: its own ways to the servers, each through its gate. */
public final class Actor {

  private final String name;
  private final Controller controller;
  private final ScenarioWorld world;
  private final ActorDataSource source;
  private @Nullable Jedis redis;
  private @Nullable Connection rabbit;
  private @Nullable QueueLink queue;

  Actor(String name, Controller controller, ScenarioWorld world, ActorDataSource source) {
    this.name = name;
    this.controller = controller;
    this.world = world;
    this.source = source;
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Gives connections to PostgreSQL; only one may run a statement at a time. */
  public DataSource dataSource() {
    return source;
  }

  /**
   * Its connection to Redis; a new one if the last one was lost. The lab closes it.
   *
   * @throws IllegalArgumentException if the test has not said that there is a cache
   */
  public Jedis redis() {
    refuseIfKilled();
    Jedis current = redis;
    if (current == null || current.isBroken()) {
      current = world.jedis(controller.port(name, Service.REDIS));
      redis = current;
    }
    return current;
  }

  /**
   * Its connection to RabbitMQ; a new one if the last one was lost. The lab closes it.
   *
   * @throws IllegalArgumentException if the test has named no queue
   * @throws IOException if it cannot connect
   */
  public Connection rabbit() throws IOException {
    refuseIfKilled();
    Connection current = rabbit;
    if (current == null || !current.isOpen()) {
      try {
        current = world.rabbit(controller.port(name, Service.RABBITMQ)).newConnection();
      } catch (TimeoutException e) {
        throw new IOException("The broker did not answer", e);
      }
      rabbit = current;
    }
    return current;
  }

  /**
   * A place in the code where others may come between. What the code does from here to its next
   * step with something that actors share outside the servers, it names here.
   *
   * @param place what the diagram shows
   * @param reads what is looked at, by any names
   * @param writes what is changed
   * @throws InterruptedException if the schedule is over
   */
  public void point(String place, Set<String> reads, Set<String> writes)
      throws InterruptedException {
    Set<String> written = prefixed(writes);
    controller.point(name, place, new Effect(prefixed(reads), written, written, false, false));
  }

  private static Set<String> prefixed(Set<String> names) {
    Set<String> prefixed = new HashSet<>();
    names.forEach(shared -> prefixed.add("code:" + shared));
    return prefixed;
  }

  private void refuseIfKilled() {
    if (controller.isKilled(name)) {
      throw new IllegalStateException("The lab killed this process: it connects no more");
    }
  }

  /** Handles what the lab delivers from a queue until the schedule is over. */
  void consume(String from, Lab.ConsumerCode code) throws Exception {
    QueueLink link = queue;
    if (link == null) {
      link = new QueueLink(world.rabbit(controller.port(name, Service.RABBITMQ)), from);
      queue = link;
    }
    link.connect();
    while (mayGoOn() && controller.awaitDelivery(name)) {
      String message = link.take();
      boolean handled = false;
      try {
        code.on(this, message);
        handled = true;
      } finally {
        if (mayGoOn()) {
          link.settle(handled);
        }
      }
    }
  }

  private boolean mayGoOn() {
    return !controller.isOver() && !controller.isKilled(name);
  }

  /** A process that was killed takes its connections with it. */
  void ended() {
    if (controller.isKilled(name)) {
      disconnect();
      QueueLink link = queue;
      if (link != null) {
        link.close();
      }
    }
  }

  /** Takes back what the code has not closed; to be called between schedules. */
  void reset() {
    source.reset();
    disconnect();
    QueueLink link = queue;
    if (link != null) {
      link.prepare();
    }
  }

  private void disconnect() {
    Jedis cache = redis;
    if (cache != null) {
      cache.close();
      redis = null;
    }
    Connection broker = rabbit;
    if (broker != null) {
      // Whether the broker agrees does not matter any more.
      broker.abort();
      rabbit = null;
    }
  }

  void close() {
    source.close();
    disconnect();
    QueueLink link = queue;
    if (link != null) {
      link.close();
    }
  }
}

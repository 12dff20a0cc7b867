package dev.aftercommit.lab.gate.amqp;

import dev.aftercommit.lab.gate.Gate;
import dev.aftercommit.lab.gate.Reply;
import dev.aftercommit.lab.gate.Step;
import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.gate.Turnstile;
import dev.aftercommit.lab.gate.amqp.Consumers.Consumer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A port that is RabbitMQ to one actor.
 *
 * <p>A message published is a step, over when the broker has it; its confirm is another. The broker
 * knows of no consumer: a delivery is the lab's decision, and takes the message from the queue that
 * the broker would have taken. Acknowledgements are steps. Exchanges, queues and bindings are
 * declared without waiting. Authentication is the broker's.
 */
public final class AmqpGate implements Gate {

  private final String actor;
  private final InetSocketAddress server;
  private final String virtualHost;
  private final Turnstile turnstile;
  private final boolean idleAfterAck;
  private final ServerSocketChannel socket;
  private final List<AmqpConnection> connections = new CopyOnWriteArrayList<>();
  private final Set<String> singleActive = ConcurrentHashMap.newKeySet();
  private final AtomicLong tickets = new AtomicLong();
  private volatile Mode mode = Mode.OPEN;

  /** What was offered last, for the lab's thread alone. */
  private Map<AmqpStep, Offer> offered = Map.of();

  private AmqpGate(
      String actor,
      InetSocketAddress server,
      String virtualHost,
      Turnstile turnstile,
      boolean idleAfterAck) {
    this.actor = actor;
    this.server = server;
    this.virtualHost = virtualHost;
    this.turnstile = turnstile;
    this.idleAfterAck = idleAfterAck;
    try {
      this.socket = ServerSocketChannel.open();
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot open a port for actor " + actor, e);
    }
    Thread.ofPlatform().daemon().name("amqp-gate-" + actor).start(this::accept);
  }

  /**
   * Opens gates to the broker that listens there. The actors' code says itself when it waits for a
   * message.
   *
   * @param virtualHost of the queues; a connection to another one is refused, and INCONCLUSIVE
   */
  public static Gate.Opener opener(InetSocketAddress server, String virtualHost) {
    return (actor, turnstile) -> new AmqpGate(actor, server, virtualHost, turnstile, false);
  }

  /**
   * Opens gates for programs that cannot say when they wait: such an actor is idle as soon as it
   * consumes and has acknowledged all that it got.
   *
   * @param virtualHost of the queues; a connection to another one is refused, and INCONCLUSIVE
   */
  public static Gate.Opener openerForPrograms(InetSocketAddress server, String virtualHost) {
    return (actor, turnstile) -> new AmqpGate(actor, server, virtualHost, turnstile, true);
  }

  @Override
  public boolean isConnected() {
    return !connections.isEmpty();
  }

  @Override
  public int port() {
    return socket.socket().getLocalPort();
  }

  /** Says what waits from now on. When nothing does, messages in the actor's hands go back. */
  @Override
  public void mode(Mode mode) {
    this.mode = mode;
    if (mode == Mode.OPEN) {
      for (AmqpConnection connection : connections) {
        try {
          connection.giveBack();
        } catch (IOException e) {
          throw new UncheckedIOException("Cannot give back the messages of " + actor, e);
        }
      }
    }
  }

  @Override
  public List<Step> offers() {
    offered = offered();
    return List.copyOf(offered.keySet());
  }

  /** A consumer that can have a message. */
  private record Offer(AmqpChannel channel, Consumer consumer) {}

  private Map<AmqpStep, Offer> offered() {
    Map<AmqpStep, Offer> offers = new LinkedHashMap<>();
    Map<String, Integer> numbers = new HashMap<>();
    if (!schedules()) {
      return offers;
    }
    for (AmqpConnection connection : connections) {
      synchronized (connection.broker()) {
        for (AmqpChannel channel : connection.channels()) {
          for (Consumer consumer : channel.consumers().all()) {
            int number = numbers.merge(consumer.queue(), 1, Integer::sum) - 1;
            if (canDeliver(channel, consumer)) {
              offers.put(AmqpStep.deliver(consumer.queue(), number), new Offer(channel, consumer));
            }
          }
        }
      }
    }
    return offers;
  }

  private boolean canDeliver(AmqpChannel channel, Consumer consumer) {
    if (!consumer.strange().isEmpty()) {
      unsound("%s at queue %s is not imitated".formatted(consumer.strange(), consumer.queue()));
      return false;
    }
    try {
      return channel.deliveries().canDeliver(consumer);
    } catch (IOException e) {
      unsound("a connection failed: " + e.getMessage());
      return false;
    }
  }

  @Override
  public void deliver(Step step, Turn turn) {
    Offer offer = step instanceof AmqpStep amqp ? offered.get(amqp) : null;
    if (offer == null) {
      throw new IllegalStateException(
          "'%s' is not among what is offered to %s: %s"
              .formatted(step.text(), actor, offered.keySet()));
    }
    try {
      offer.channel().deliveries().deliver(offer.consumer(), (AmqpStep) step, turn);
    } catch (IOException e) {
      unsound("a delivery failed: " + e.getMessage());
    }
  }

  /** Whether steps wait. */
  boolean schedules() {
    return mode != Mode.OPEN;
  }

  /** The only one that the actor may open. */
  String virtualHost() {
    return virtualHost;
  }

  boolean idleAfterAck() {
    return idleAfterAck;
  }

  Turn await(AmqpStep step) throws InterruptedException {
    return schedules() ? turnstile.await(actor, Turnstile.NO_SESSION, step) : Turn.RUN;
  }

  void completed(AmqpStep step, Reply reply) {
    if (schedules()) {
      turnstile.completed(actor, step, reply);
    }
  }

  /** The actor consumes, and may have nothing in hand. */
  void mayWait() {
    boolean done = connections.stream().allMatch(c -> c.unsettledQueues().isEmpty());
    boolean consumes = connections.stream().anyMatch(AmqpConnection::consumes);
    boolean breaks = connections.stream().anyMatch(AmqpConnection::isBreaking);
    if (idleAfterAck && done && consumes && !breaks && schedules()) {
      turnstile.idle(actor);
    }
  }

  void unsound(String reason) {
    turnstile.unsound("actor %s: %s".formatted(actor, reason));
  }

  /** The broker lets one consumer at a time have messages of this queue. */
  void onlyOneConsumes(String queue) {
    singleActive.add(queue);
  }

  boolean onlyOneConsumesFrom(String queue) {
    return singleActive.contains(queue);
  }

  long nextTicket() {
    return tickets.incrementAndGet();
  }

  @Override
  public void awaitQuiet() throws InterruptedException {
    awaitQuiet(false);
  }

  @Override
  public void awaitDone() throws InterruptedException {
    awaitQuiet(true);
  }

  private void awaitQuiet(boolean last) throws InterruptedException {
    long before = Long.MAX_VALUE;
    for (AmqpConnection connection : connections) {
      if (connection.isServedHere()) {
        before = connection.ticket();
      }
    }
    for (AmqpConnection connection : connections) {
      connection.awaitQuiet(before, last);
    }
  }

  void ended(AmqpConnection connection) {
    connections.remove(connection);
  }

  private void accept() {
    while (socket.isOpen()) {
      try {
        connect(socket.accept());
      } catch (IOException e) {
        if (socket.isOpen()) {
          unsound("a connection failed: " + e.getMessage());
        }
      }
    }
  }

  private void connect(SocketChannel client) throws IOException {
    try {
      AmqpConnection connection = new AmqpConnection(this, client, server);
      connections.add(connection);
      Thread.ofPlatform().daemon().name("amqp-gate-" + actor).start(connection);
    } catch (IOException e) {
      client.close();
      throw e;
    }
  }

  @Override
  public void cut() {
    connections.forEach(AmqpConnection::cut);
  }

  /** Closes the port and every connection through it. */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot close the port of actor " + actor, e);
    } finally {
      cut();
    }
  }
}

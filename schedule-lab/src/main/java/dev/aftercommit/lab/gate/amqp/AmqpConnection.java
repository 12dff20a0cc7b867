package dev.aftercommit.lab.gate.amqp;

import static dev.aftercommit.lab.gate.amqp.AmqpStep.Kind.CLOSE;

import dev.aftercommit.lab.gate.Reply;
import dev.aftercommit.lab.gate.Turn;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * One connection through a gate. A single thread takes what the actor sends, one method after the
 * other, and goes on when the broker has done it; only deliveries come from the lab's own thread.
 */
final class AmqpConnection implements Runnable {

  /** How long a step of another connection waits for this one to be done. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final AmqpGate gate;
  private final ClientSocket client;
  private final CommandReader fromClient;
  private final Broker broker;
  private final NavigableMap<Integer, AmqpChannel> channels = new ConcurrentSkipListMap<>();

  /** When it began to handle what it handles now, as a number; 0 if it handles nothing. */
  private long ticket;

  private boolean ended;
  private volatile @Nullable Thread thread;

  AmqpConnection(AmqpGate gate, SocketChannel client, InetSocketAddress server) throws IOException {
    this.gate = gate;
    this.client = new ClientSocket(client);
    this.fromClient = new CommandReader(this.client.in());
    this.broker = new Broker(server, this::unasked);
  }

  AmqpGate gate() {
    return gate;
  }

  Broker broker() {
    return broker;
  }

  Collection<AmqpChannel> channels() {
    return channels.values();
  }

  void remove(AmqpChannel channel) {
    channels.remove(channel.number());
  }

  @Override
  public void run() {
    thread = Thread.currentThread();
    try {
      begin();
      Handshake handshake = new Handshake(gate, client, fromClient, broker);
      if (!handshake.perform()) {
        return;
      }
      end();
      serve(handshake.heartbeat());
    } catch (EOFException | SocketException | ClosedChannelException e) {
      // One side is gone, and takes the other with it.
      if (!broker.isClosed() && !unsettledQueues().isEmpty()) {
        gate.unsound("a connection ended without a word, with messages in hand");
      }
    } catch (IOException e) {
      gate.unsound("a connection failed: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      cut();
      gate.ended(this);
      synchronized (this) {
        ended = true;
        notifyAll();
      }
    }
  }

  private void serve(Duration heartbeat) throws IOException, InterruptedException {
    while (true) {
      if (!client.awaitInput(heartbeat)) {
        client.send(beat());
        continue;
      }
      begin();
      do {
        Command command = fromClient.readFrame();
        if (command != null && !handle(command)) {
          return;
        }
      } while (fromClient.hasMore());
      end();
    }
  }

  private static ByteBuffer beat() {
    return new Command(new Frame(Frame.HEARTBEAT, 0, new byte[0]), List.of()).bytes();
  }

  /** False if it was the last. */
  private boolean handle(Command command) throws IOException, InterruptedException {
    if (command.id() == Method.CONNECTION_CLOSE) {
      close();
      return false;
    }
    if (command.channel() == 0) {
      toClient(broker.ask(command));
      return true;
    }
    AmqpChannel channel = channels.get(command.channel());
    if (command.id() == Method.CHANNEL_OPEN) {
      open(command);
    } else if (channel != null) {
      channel.handle(command);
    } else {
      toClient(broker.ask(command));
    }
    return true;
  }

  private void open(Command command) throws IOException {
    Command answer = broker.ask(command);
    broker.ask(Broker.confirmSelect(command.channel()));
    channels.put(command.channel(), new AmqpChannel(this, command.channel()));
    toClient(answer);
  }

  private void close() throws IOException, InterruptedException {
    Set<String> queues = unsettledQueues();
    if (!queues.isEmpty()) {
      AmqpStep step = AmqpStep.of(CLOSE, queues, "");
      if (turnFor(step) != Turn.REFUSE) {
        hangUp();
        gate.completed(step, Reply.of("given back"));
      }
    }
    hangUp();
    toClient(Command.of(Method.CONNECTION_CLOSE_OK, 0).build());
  }

  /** The queues of which the actor has messages in hand. */
  Set<String> unsettledQueues() {
    Set<String> queues = new LinkedHashSet<>();
    synchronized (broker) {
      channels.values().forEach(channel -> queues.addAll(channel.consumers().queues()));
    }
    return queues;
  }

  /** Whether the actor waits for messages here. */
  boolean consumes() {
    synchronized (broker) {
      return channels.values().stream().anyMatch(channel -> !channel.consumers().all().isEmpty());
    }
  }

  /** Waits for a step's turn; one that breaks the connection has done so when this throws. */
  Turn turnFor(AmqpStep step) throws IOException, InterruptedException {
    Turn turn = gate.await(step);
    if (turn.kills() || turn == Turn.CONFIRM_LOST) {
      throw breakOff(step, turn);
    }
    return turn;
  }

  /** Ends the connection instead of the step. */
  SocketException breakOff(AmqpStep step, Turn turn) throws IOException {
    hangUp();
    gate.completed(step, Reply.error("LOST", turn.label()));
    return new SocketException("the lab broke the connection: " + turn.label());
  }

  void toClient(Command command) throws IOException {
    client.send(command.bytes());
  }

  /** The broker may say that it blocks or ends the connection; anything else was asked for. */
  private void unasked(Command command) {
    if (command.channel() != 0) {
      gate.unsound("the broker did something unasked on channel " + command.channel());
    }
    try {
      toClient(command);
    } catch (IOException e) {
      gate.unsound("a connection failed: " + e.getMessage());
    }
  }

  private synchronized void begin() {
    ticket = gate.nextTicket();
    notifyAll();
  }

  private synchronized void end() {
    ticket = 0;
    notifyAll();
  }

  /** Whether the calling thread is the one that handles what the actor sends. */
  boolean isServedHere() {
    return Thread.currentThread().equals(thread);
  }

  synchronized long ticket() {
    return ticket;
  }

  /** Waits until this has handled all that the actor has sent before another began. */
  synchronized void awaitQuiet(long before) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (handlesOlderThan(before)) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        gate.unsound("what it has sent was not done within " + PATIENCE);
        return;
      }
      wait(Duration.ofNanos(left).plusMillis(1).toMillis());
    }
  }

  private boolean handlesOlderThan(long before) {
    try {
      return !ended && (ticket == 0 ? client.hasUnread() : ticket < before);
    } catch (IOException e) {
      // It is about to end.
      return false;
    }
  }

  /** Gives back what the actor has in hand; the connection stays. */
  void giveBack() throws IOException {
    for (AmqpChannel channel : channels.values()) {
      channel.deliveries().giveBack();
    }
  }

  /** Ends the broker's side; messages in hand are back when it returns. */
  private void hangUp() throws IOException {
    synchronized (broker) {
      if (!broker.isClosed()) {
        giveBack();
        channels.clear();
        broker.hangUp();
      }
    }
  }

  /** Breaks the connection, wherever the actor is. */
  void cut() {
    try (client;
        broker) {
      hangUp();
    } catch (IOException e) {
      gate.unsound("a connection could not be cut: " + e.getMessage());
    }
  }
}

package dev.aftercommit.lab.gate.amqp;

import static dev.aftercommit.lab.gate.amqp.AmqpStep.Kind.CLOSE;
import static dev.aftercommit.lab.gate.amqp.AmqpStep.Kind.CONFIRM;

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

  /** How long a connection that is to break waits for what the actor has sent meanwhile. */
  private static final Duration LAST_WORDS = Duration.ofMillis(50);

  private final AmqpGate gate;
  private final ClientSocket client;
  private final CommandReader fromClient;
  private final Broker broker;
  private final NavigableMap<Integer, AmqpChannel> channels = new ConcurrentSkipListMap<>();

  private final Handling handling;
  private volatile @Nullable Thread thread;

  AmqpConnection(AmqpGate gate, SocketChannel client, InetSocketAddress server) throws IOException {
    this.gate = gate;
    this.client = new ClientSocket(client);
    this.handling = new Handling(this.client);
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
      handling.begin(gate.nextTicket());
      Handshake handshake = new Handshake(gate, client, fromClient, broker);
      if (!handshake.perform()) {
        return;
      }
      handling.end();
      serve(handshake.heartbeat());
    } catch (EOFException | SocketException | ClosedChannelException e) {
      // One side is gone, and takes the other with it.
      if (!isBreaking() && !broker.isClosed() && !unsettledQueues().isEmpty()) {
        gate.unsound("a connection ended without a word, with messages in hand");
      }
    } catch (IOException e) {
      gate.unsound("a connection failed: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      cut();
      gate.ended(this);
      handling.ended();
    }
  }

  private void serve(Duration heartbeat) throws IOException, InterruptedException {
    while (true) {
      if (!client.awaitInput(heartbeat)) {
        client.send(beat());
        continue;
      }
      handling.begin(gate.nextTicket());
      do {
        Command command = fromClient.readFrame();
        if (command != null && !handle(command)) {
          return;
        }
      } while (fromClient.hasMore() || (isBreaking() && client.awaitInput(LAST_WORDS)));
      if (isBreaking()) {
        hangUp();
        handling.breaking(false);
        throw lost(Turn.CONFIRM_LOST);
      }
      handling.end();
    }
  }

  private static ByteBuffer beat() {
    return new Command(new Frame(Frame.HEARTBEAT, 0, new byte[0]), List.of()).bytes();
  }

  /** False if it was the last. */
  private boolean handle(Command command) throws IOException, InterruptedException {
    if (isBreaking() && Method.isAnswered(command.id())) {
      gate.unsound(
          "it asks the broker for something before it has the confirms of its messages, one of which is lost: what the answer leads to is not scheduled");
    }
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
    Turn turn = gate.await(isBreaking() ? step.behindLostConfirm() : step);
    boolean breaks = turn == Turn.CONFIRM_LOST && step.kind() != CONFIRM;
    if (turn.kills() || breaks) {
      throw breakOff(step, turn);
    }
    return turn;
  }

  /** Ends the connection instead of the step. */
  SocketException breakOff(AmqpStep step, Turn turn) throws IOException {
    hangUp();
    handling.breaking(false);
    gate.completed(step, Reply.error("LOST", turn.label()));
    return lost(turn);
  }

  private static SocketException lost(Turn turn) {
    return new SocketException("the lab broke the connection: " + turn.label());
  }

  /**
   * The connection breaks when the actor sends nothing more, or at the next step if that says so.
   */
  void beginToBreak() {
    handling.breaking(true);
  }

  /** Whether a confirm is lost: the actor gets nothing more, and what it has sent may arrive. */
  boolean isBreaking() {
    return handling.isBreaking();
  }

  void toClient(Command command) throws IOException {
    if (!isBreaking()) {
      client.send(command.bytes());
    }
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

  /** Whether the calling thread is the one that handles what the actor sends. */
  boolean isServedHere() {
    return Thread.currentThread().equals(thread);
  }

  long ticket() {
    return handling.ticket();
  }

  /** See {@link Handling#awaitQuiet}. */
  void awaitQuiet(long before, boolean last) throws InterruptedException {
    switch (handling.awaitQuiet(before, last)) {
      case QUIET -> {}
      case BREAKING ->
          gate.unsound(
              "it goes on before it has the confirms of its messages, one of which is lost: what it sends later is not scheduled");
      case TOO_LATE -> gate.unsound("what it has sent was not done within " + Handling.PATIENCE);
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

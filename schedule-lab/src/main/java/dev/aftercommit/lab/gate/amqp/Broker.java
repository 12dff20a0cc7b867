package dev.aftercommit.lab.gate.amqp;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The broker's end of a connection, with a channel of the gate's own on it, whose number the actor
 * is not told. Who sends and waits for the answer holds this object's monitor meanwhile.
 */
final class Broker implements Closeable {

  /** How long the broker may take to put messages back. */
  private static final Duration PUTTING_BACK = Duration.ofSeconds(5);

  /** How long it may take to answer. */
  private static final Duration ANSWER = Duration.ofSeconds(30);

  private static final int NO_LIMIT = 65_535;
  private static final int PASSIVE = 1;

  private final Socket socket = new Socket();
  private final DataInputStream in;
  private final OutputStream out;
  private final CommandReader commands;
  private final Consumer<Command> strays;
  private int ownChannel;
  private boolean ownChannelOpen;
  private boolean opened;

  /**
   * Connects.
   *
   * @param strays is given what the broker says without being asked
   */
  Broker(InetSocketAddress server, Consumer<Command> strays) throws IOException {
    this.strays = strays;
    socket.connect(server);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout((int) ANSWER.toMillis());
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    out = socket.getOutputStream();
    commands = new CommandReader(in);
  }

  /** Passes on the eight bytes with which a connection begins. */
  synchronized void greet(byte[] protocol) throws IOException {
    out.write(protocol);
  }

  /** Takes the highest channel for the gate; answers the highest that is left. */
  synchronized int reserveChannel(int highest) {
    ownChannel = highest == 0 ? NO_LIMIT : highest;
    return ownChannel - 1;
  }

  int highestChannel() {
    return ownChannel;
  }

  /** The broker has accepted the actor. */
  synchronized void opened() {
    opened = true;
  }

  synchronized void send(Command command) throws IOException {
    out.write(command.bytes().array());
  }

  synchronized Command ask(Command question) throws IOException {
    send(question);
    return answer(question.channel());
  }

  /** The next that comes on this channel. */
  synchronized Command answer(int channel) throws IOException {
    while (true) {
      Command command = commands.read();
      if (command.channel() == channel) {
        return command;
      }
      strays.accept(command);
      if (command.id() == Method.CONNECTION_CLOSE) {
        send(Command.of(Method.CONNECTION_CLOSE_OK, 0).build());
        close();
        Arguments arguments = command.arguments();
        throw new IOException(
            "the broker closed the connection: %d %s"
                .formatted(arguments.shortInt(), arguments.shortString()));
      }
    }
  }

  /** A question that changes nothing; who has the answer knows that the channel is done so far. */
  static Command harmlessQuestion(int channel) {
    return Command.of(Method.BASIC_QOS, channel).longInt(0).shortInt(0).octet(0).build();
  }

  static Command askAbout(String queue, int channel) {
    return Command.of(Method.QUEUE_DECLARE, channel)
        .shortInt(0)
        .shortString(queue)
        .octet(PASSIVE)
        .emptyTable()
        .build();
  }

  /** How many messages wait in the queue to be delivered; 0 if there is no such queue. */
  synchronized int ready(String queue) throws IOException {
    openOwnChannel();
    Command answer = ask(askAbout(queue, ownChannel));
    if (answer.id() == Method.CHANNEL_CLOSE) {
      send(Command.of(Method.CHANNEL_CLOSE_OK, ownChannel).build());
      ownChannelOpen = false;
      return 0;
    }
    Arguments arguments = answer.arguments();
    arguments.shortString();
    return arguments.longInt();
  }

  /**
   * Waits until so many messages are ready. Asks at least twice: a queue answers this question
   * before work that it has taken in and not done.
   *
   * @return false if they are not there in time
   */
  synchronized boolean awaitReady(String queue, int count) throws IOException {
    long deadline = System.nanoTime() + PUTTING_BACK.toNanos();
    ready(queue);
    while (ready(queue) < count) {
      if (System.nanoTime() > deadline) {
        return false;
      }
    }
    return true;
  }

  /** Puts a copy of the message at the end of the queue, and waits until it is there. */
  synchronized void publishCopy(String queue, Command message) throws IOException {
    openOwnChannel();
    Command publish =
        Command.of(Method.BASIC_PUBLISH, ownChannel)
            .shortInt(0)
            .shortString("")
            .shortString(queue)
            .octet(0)
            .build();
    Command answer = ask(message.under(publish));
    if (answer.id() != Method.BASIC_ACK) {
      throw new IOException("the broker did not take a copy of a message for queue " + queue);
    }
  }

  private void openOwnChannel() throws IOException {
    if (!ownChannelOpen) {
      ask(Command.of(Method.CHANNEL_OPEN, ownChannel).shortString("").build());
      ask(confirmSelect(ownChannel));
      ownChannelOpen = true;
    }
  }

  static Command confirmSelect(int channel) {
    return Command.of(Method.CONFIRM_SELECT, channel).octet(0).build();
  }

  /** Ends the connection as the protocol has it, and returns when the broker has done so too. */
  synchronized void hangUp() throws IOException {
    if (socket.isClosed()) {
      return;
    }
    try (this) {
      if (opened) {
        send(
            Command.of(Method.CONNECTION_CLOSE, 0)
                .shortInt(200)
                .shortString("the lab ends this connection")
                .shortInt(0)
                .shortInt(0)
                .build());
        Command last;
        do {
          last = commands.read();
        } while (last.id() != Method.CONNECTION_CLOSE_OK);
      }
    } catch (SocketException e) {
      // The broker was faster.
    }
  }

  boolean isClosed() {
    return socket.isClosed();
  }

  /** Breaks the connection. */
  @Override
  public void close() throws IOException {
    socket.close();
  }
}

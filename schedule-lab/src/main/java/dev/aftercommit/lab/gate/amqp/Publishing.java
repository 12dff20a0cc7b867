package dev.aftercommit.lab.gate.amqp;

import dev.aftercommit.lab.gate.Reply;
import dev.aftercommit.lab.gate.Turn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What an actor publishes on one channel. The gate has asked the broker for confirms, so that it
 * knows when the broker has a message; the actor gets them if it has asked for them too.
 *
 * <p>One message after the other: the step of a message is followed by the step of its confirm, and
 * then by the next message that the actor has sent, however early it did. Once a confirm is lost,
 * messages that were sent before its actor could know follow without theirs, until the connection
 * breaks: so every number of them is at the broker in some schedule, after every number of
 * confirms.
 */
final class Publishing {

  private final AmqpConnection connection;
  private final AmqpChannel channel;

  /** The actor has asked for confirms. */
  private boolean confirms;

  /** The messages that the actor has sent since then. */
  private long published;

  Publishing(AmqpConnection connection, AmqpChannel channel) {
    this.connection = connection;
    this.channel = channel;
  }

  /** The actor asks for confirms. */
  void confirm(Command command) throws IOException {
    confirms = true;
    if (!Arguments.bit(command.arguments().octet(), 0)) {
      connection.toClient(Command.of(Method.CONFIRM_SELECT_OK, channel.number()).build());
    }
  }

  void publish(Command command) throws IOException, InterruptedException {
    Arguments arguments = command.arguments();
    arguments.shortInt();
    AmqpStep step =
        AmqpStep.publish(arguments.shortString(), arguments.shortString(), command.text());
    if (confirms) {
      published++;
    }
    Turn turn = connection.turnFor(confirms ? step.confirmed() : step);
    if (turn == Turn.NACK) {
      if (!confirms) {
        throw connection.breakOff(step, turn);
      }
      connection.gate().completed(step, Reply.error("NACK", "the broker refused the message"));
    }
    if (turn == Turn.NACK || turn == Turn.REFUSE) {
      answer(Method.BASIC_NACK);
    } else {
      send(command, step);
    }
  }

  private void send(Command command, AmqpStep step) throws IOException, InterruptedException {
    List<Command> returned = new ArrayList<>();
    Command last;
    Broker broker = connection.broker();
    synchronized (broker) {
      last = broker.ask(command);
      while (last.id() == Method.BASIC_RETURN) {
        returned.add(last);
        last = broker.answer(channel.number());
      }
      if (last.id() == Method.CHANNEL_CLOSE) {
        channel.bury();
      }
    }
    if (last.id() == Method.CHANNEL_CLOSE) {
      connection.gate().completed(step, AmqpChannel.refusal(last));
      connection.toClient(last);
      return;
    }
    connection.gate().completed(step, reply(last, !returned.isEmpty()));
    for (Command message : returned) {
      connection.toClient(message);
    }
    if (confirms && !connection.isBreaking()) {
      confirm(step, last);
    }
  }

  private void confirm(AmqpStep publish, Command answer) throws IOException, InterruptedException {
    AmqpStep confirm = AmqpStep.confirm(publish);
    Turn turn = connection.turnFor(confirm);
    if (turn == Turn.CONFIRM_LOST) {
      connection.beginToBreak();
      connection.gate().completed(confirm, Reply.error("LOST", turn.label()));
      return;
    }
    if (turn != Turn.REFUSE) {
      connection.gate().completed(confirm, reply(answer, false));
    }
    answer(answer.id());
  }

  private static Reply reply(Command confirm, boolean returned) {
    if (confirm.id() == Method.BASIC_NACK) {
      return Reply.error("NACK", "the broker refused the message");
    }
    return Reply.of(returned ? "returned, for no queue wants it" : "taken");
  }

  /** Tells the actor about its latest message. */
  private void answer(int method) throws IOException {
    if (confirms) {
      connection.toClient(
          Command.of(method, channel.number()).longLong(published).octet(0).build());
    }
  }
}

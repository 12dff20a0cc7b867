package dev.aftercommit.lab.gate.amqp;

import dev.aftercommit.lab.gate.Reply;
import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.gate.amqp.Consumers.Consumer;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The messages that go to an actor over one channel, and their way back.
 *
 * <p>The broker does not know of the actor's consumers: the gate asks it for one message when the
 * lab decides so, and shows it to the actor as a delivery. Order, redelivery and which consumer
 * gets which message follow from what the broker has ready.
 */
final class Deliveries {

  /** The bits of basic.nack: all up to this one, and back to where they were. */
  private static final int MANY_AND_BACK = 3;

  private final AmqpConnection connection;
  private final AmqpChannel channel;
  private final Consumers consumers;
  private final Broker broker;

  Deliveries(AmqpConnection connection, AmqpChannel channel, Consumers consumers) {
    this.connection = connection;
    this.channel = channel;
    this.consumers = consumers;
    this.broker = connection.broker();
  }

  /** Whether the lab can pass a message on to this consumer now. */
  boolean canDeliver(Consumer consumer) throws IOException {
    synchronized (broker) {
      return consumers.isFree(consumer) && broker.ready(consumer.queue()) > 0;
    }
  }

  void deliver(Consumer consumer, AmqpStep step, Turn turn) throws IOException {
    Command message = fetch(consumer, turn == Turn.DUPLICATE);
    if (message == null) {
      connection.gate().unsound("somebody else takes messages from queue " + step.place());
      connection.gate().completed(step, Reply.of("nothing"));
      return;
    }
    Arguments arguments = message.arguments();
    long tag = arguments.longLong();
    int redelivered = arguments.octet();
    Command delivery =
        Command.of(Method.BASIC_DELIVER, channel.number())
            .shortString(consumer.tag())
            .longLong(tag)
            .octet(redelivered)
            .shortString(arguments.shortString())
            .shortString(arguments.shortString())
            .build();
    connection.gate().completed(step, Reply.of(message.text()));
    connection.toClient(message.under(delivery));
  }

  private @Nullable Command fetch(Consumer consumer, boolean twice) throws IOException {
    Command question =
        Command.of(Method.BASIC_GET, channel.number())
            .shortInt(0)
            .shortString(consumer.queue())
            .octet(consumer.automatic() ? 1 : 0)
            .build();
    synchronized (broker) {
      Command message = broker.ask(question);
      if (message.id() != Method.BASIC_GET_OK) {
        return null;
      }
      if (twice) {
        broker.publishCopy(consumer.queue(), message);
      }
      if (!consumer.automatic()) {
        consumers.delivered(message.arguments().longLong(), consumer.queue(), consumer);
      }
      return message;
    }
  }

  /** The actor asks for one message. */
  void get(Command command) throws IOException, InterruptedException {
    Arguments arguments = command.arguments();
    arguments.shortInt();
    String queue = channel.queue(arguments.shortString());
    boolean automatic = Arguments.bit(arguments.octet(), 0);
    AmqpStep step = AmqpStep.of(AmqpStep.Kind.GET, Set.of(queue), "");
    if (connection.turnFor(step) == Turn.REFUSE) {
      connection.toClient(
          Command.of(Method.BASIC_GET_EMPTY, channel.number()).shortString("").build());
      return;
    }
    Command answer;
    synchronized (broker) {
      answer = broker.ask(command);
      if (answer.id() == Method.BASIC_GET_OK && !automatic) {
        consumers.delivered(answer.arguments().longLong(), queue, null);
      } else if (answer.id() == Method.CHANNEL_CLOSE) {
        channel.bury();
      }
    }
    Reply reply =
        answer.id() == Method.CHANNEL_CLOSE
            ? AmqpChannel.refusal(answer)
            : Reply.of(answer.content().isEmpty() ? "nothing" : answer.text());
    connection.gate().completed(step, reply);
    connection.toClient(answer);
  }

  /** The actor acknowledges messages or refuses them. */
  void settle(Command command) throws IOException, InterruptedException {
    Settlement settlement = Settlement.of(command);
    Map<String, Integer> meant;
    synchronized (broker) {
      meant = consumers.meant(settlement.deliveryTag(), settlement.many());
    }
    if (meant.isEmpty() && !connection.gate().schedules()) {
      // Given back when the schedule ended.
      return;
    }
    AmqpStep step = settlement.step(meant.keySet());
    if (connection.turnFor(step) == Turn.REFUSE) {
      return;
    }
    Command answer = settle(settlement, meant);
    connection
        .gate()
        .completed(
            step,
            answer.id() == Method.CHANNEL_CLOSE
                ? AmqpChannel.refusal(answer)
                : Reply.of("settled"));
    if (answer.id() == Method.CHANNEL_CLOSE) {
      connection.toClient(answer);
    }
    connection.gate().mayWait();
  }

  /** Passes it on; when this returns the broker has done it. */
  private Command settle(Settlement settlement, Map<String, Integer> meant) throws IOException {
    synchronized (broker) {
      Map<String, Integer> expected = expected(settlement, meant);
      broker.send(settlement.command());
      Command answer = broker.ask(Broker.harmlessQuestion(channel.number()));
      if (answer.id() == Method.CHANNEL_CLOSE) {
        channel.bury();
        return answer;
      }
      consumers.settled(settlement.deliveryTag(), settlement.many());
      for (Map.Entry<String, Integer> queue : expected.entrySet()) {
        if (!broker.awaitReady(queue.getKey(), queue.getValue())) {
          connection
              .gate()
              .unsound(
                  "not all messages came back to queue %s: a limit or another consumer took them"
                      .formatted(queue.getKey()));
        }
      }
      return answer;
    }
  }

  /**
   * How many messages must be ready when it is done, for each queue that moves some. After an
   * acknowledgement nobody can have the messages, whether the queue has forgotten them yet or not.
   */
  private Map<String, Integer> expected(Settlement settlement, Map<String, Integer> meant)
      throws IOException {
    Map<String, Integer> expected = new HashMap<>();
    if (!settlement.acknowledges()) {
      for (Map.Entry<String, Integer> messages : meant.entrySet()) {
        int back = settlement.back() ? messages.getValue() : 0;
        expected.put(messages.getKey(), back == 0 ? 0 : back + broker.ready(messages.getKey()));
      }
    }
    return expected;
  }

  /** Gives everything back that the actor has not settled. */
  void giveBack() throws IOException {
    synchronized (broker) {
      if (consumers.isEmpty() || broker.isClosed()) {
        return;
      }
      Command all =
          Command.of(Method.BASIC_NACK, channel.number()).longLong(0).octet(MANY_AND_BACK).build();
      settle(Settlement.of(all), consumers.meant(0, true));
    }
  }
}

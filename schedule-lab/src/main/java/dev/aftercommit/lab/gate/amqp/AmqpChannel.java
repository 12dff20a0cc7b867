package dev.aftercommit.lab.gate.amqp;

import static dev.aftercommit.lab.gate.amqp.AmqpStep.Kind.CLOSE;

import dev.aftercommit.lab.gate.Reply;
import dev.aftercommit.lab.gate.Turn;
import java.io.IOException;
import java.util.Set;

/** One channel of a connection: decides what becomes of each method of the actor. */
final class AmqpChannel {

  private static final String SINGLE_ACTIVE = "x-single-active-consumer";
  private static final String PRIORITY = "x-priority";
  private static final String OFFSET = "x-stream-offset";

  /** What others would notice and no step tells of. */
  private static final Set<Integer> UNSCHEDULED =
      Set.of(
          Method.TX_SELECT,
          Method.BASIC_RECOVER,
          Method.BASIC_RECOVER_ASYNC,
          Method.EXCHANGE_DELETE,
          Method.QUEUE_PURGE,
          Method.QUEUE_DELETE,
          Method.QUEUE_UNBIND);

  private final AmqpConnection connection;
  private final Broker broker;
  private final int number;
  private final Consumers consumers = new Consumers();
  private final Publishing publishing;
  private final Deliveries deliveries;
  private String lastDeclared = "";
  private int named;

  /** The broker has closed it; the actor may not know yet. */
  private boolean dead;

  AmqpChannel(AmqpConnection connection, int number) {
    this.connection = connection;
    this.broker = connection.broker();
    this.number = number;
    this.publishing = new Publishing(connection, this);
    this.deliveries = new Deliveries(connection, this, consumers);
  }

  int number() {
    return number;
  }

  Consumers consumers() {
    return consumers;
  }

  Deliveries deliveries() {
    return deliveries;
  }

  void handle(Command command) throws IOException, InterruptedException {
    int id = command.id();
    if (dead) {
      handleWhenDead(id);
    } else if (id == Method.BASIC_PUBLISH) {
      publishing.publish(command);
    } else if (id == Method.BASIC_GET) {
      deliveries.get(command);
    } else if (id == Method.BASIC_ACK || id == Method.BASIC_NACK || id == Method.BASIC_REJECT) {
      deliveries.settle(command);
    } else if (id == Method.BASIC_CONSUME) {
      consume(command);
    } else if (id == Method.BASIC_CANCEL) {
      cancel(command);
    } else if (id == Method.BASIC_QOS) {
      limit(command);
    } else if (id == Method.CONFIRM_SELECT) {
      publishing.confirm(command);
    } else if (id == Method.CHANNEL_CLOSE) {
      close(command);
    } else {
      pass(command);
    }
  }

  private void handleWhenDead(int id) throws IOException {
    if (id == Method.CHANNEL_CLOSE_OK) {
      connection.remove(this);
    } else if (id == Method.CHANNEL_CLOSE) {
      connection.toClient(Command.of(Method.CHANNEL_CLOSE_OK, number).build());
    }
  }

  /** Passes on what is no step, and waits until the broker has done it. */
  private void pass(Command command) throws IOException {
    if (UNSCHEDULED.contains(command.id())) {
      connection
          .gate()
          .unsound(
              "method %d of class %d is not scheduled"
                  .formatted(command.id() & 0xFFFF, command.id() >> 16));
    }
    if (command.id() == Method.QUEUE_DECLARE) {
      noteDeclared(command);
    }
    synchronized (broker) {
      broker.send(command);
      Command answer = broker.ask(Broker.harmlessQuestion(number));
      while (answer.id() != Method.BASIC_QOS_OK) {
        if (answer.id() == Method.QUEUE_DECLARE_OK) {
          lastDeclared = answer.arguments().shortString();
        }
        if (answer.id() == Method.CHANNEL_CLOSE) {
          bury();
        }
        connection.toClient(answer);
        if (dead) {
          return;
        }
        answer = broker.answer(number);
      }
    }
  }

  private void noteDeclared(Command command) {
    Arguments arguments = command.arguments();
    arguments.shortInt();
    String queue = arguments.shortString();
    if (arguments.mention(SINGLE_ACTIVE)) {
      connection.gate().onlyOneConsumes(queue);
    }
  }

  /** The queue of this name, which may be empty. */
  String queue(String name) {
    return name.isEmpty() ? lastDeclared : name;
  }

  private void limit(Command command) throws IOException {
    Arguments arguments = command.arguments();
    arguments.longInt();
    int count = arguments.shortInt();
    boolean shared = Arguments.bit(arguments.octet(), 0);
    synchronized (broker) {
      consumers.prefetch(count, shared);
    }
    connection.toClient(Command.of(Method.BASIC_QOS_OK, number).build());
  }

  private void consume(Command command) throws IOException {
    Arguments arguments = command.arguments();
    arguments.shortInt();
    String queue = queue(arguments.shortString());
    String wanted = arguments.shortString();
    int bits = arguments.octet();
    boolean automatic = Arguments.bit(bits, 1);
    String tag = wanted.isEmpty() ? "lab-%d-%d".formatted(number, ++named) : wanted;
    synchronized (broker) {
      Command answer = broker.ask(Broker.askAbout(queue, number));
      if (answer.id() == Method.CHANNEL_CLOSE) {
        bury();
        connection.toClient(answer);
        return;
      }
      consumers.add(tag, queue, automatic, strange(queue, bits, arguments));
    }
    if (!Arguments.bit(bits, 3)) {
      connection.toClient(Command.of(Method.BASIC_CONSUME_OK, number).shortString(tag).build());
    }
    connection.gate().mayWait();
  }

  private String strange(String queue, int bits, Arguments rest) {
    if (Arguments.bit(bits, 2)) {
      return "an exclusive consumer";
    }
    if (rest.mention(PRIORITY)) {
      return "a consumer with a priority";
    }
    if (rest.mention(OFFSET)) {
      return "a consumer of a stream";
    }
    if (connection.gate().onlyOneConsumesFrom(queue)) {
      return "a queue with a single active consumer";
    }
    return Arguments.bit(bits, 1) && connection.gate().idleAfterAck()
        ? "a consumer that acknowledges nothing, so that nobody sees when it waits"
        : "";
  }

  private void cancel(Command command) throws IOException {
    Arguments arguments = command.arguments();
    String tag = arguments.shortString();
    synchronized (broker) {
      consumers.remove(tag);
    }
    if (!Arguments.bit(arguments.octet(), 0)) {
      connection.toClient(Command.of(Method.BASIC_CANCEL_OK, number).shortString(tag).build());
    }
  }

  private void close(Command command) throws IOException, InterruptedException {
    if (!consumers.isEmpty()) {
      AmqpStep step = AmqpStep.of(CLOSE, consumers.queues(), "");
      if (connection.turnFor(step) != Turn.REFUSE) {
        deliveries.giveBack();
        connection.gate().completed(step, Reply.of("given back"));
      }
    }
    deliveries.giveBack();
    Command answer = broker.ask(command);
    connection.remove(this);
    connection.toClient(answer);
  }

  /** The broker has closed it: it takes back what the actor has not settled. */
  void bury() throws IOException {
    synchronized (broker) {
      dead = true;
      broker.send(Command.of(Method.CHANNEL_CLOSE_OK, number).build());
      for (String queue : consumers.queues()) {
        broker.awaitReady(queue, 0);
      }
      consumers.clear();
    }
  }

  /** Why the broker closed a channel. */
  static Reply refusal(Command close) {
    Arguments arguments = close.arguments();
    return Reply.error(Integer.toString(arguments.shortInt()), arguments.shortString());
  }
}

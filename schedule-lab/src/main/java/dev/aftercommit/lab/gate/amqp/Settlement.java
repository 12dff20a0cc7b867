package dev.aftercommit.lab.gate.amqp;

import java.util.Set;

/**
 * An acknowledgement or its opposite.
 *
 * @param command as it came
 * @param deliveryTag the message; 0 with {@code many} for all
 * @param many whether those before it are meant too
 * @param back whether they go back to where they were
 */
record Settlement(Command command, long deliveryTag, boolean many, boolean back) {

  static Settlement of(Command command) {
    Arguments arguments = command.arguments();
    long deliveryTag = arguments.longLong();
    int bits = arguments.octet();
    boolean first = Arguments.bit(bits, 0);
    if (command.id() == Method.BASIC_REJECT) {
      return new Settlement(command, deliveryTag, false, first);
    }
    boolean back = command.id() == Method.BASIC_NACK && Arguments.bit(bits, 1);
    return new Settlement(command, deliveryTag, first, back);
  }

  boolean acknowledges() {
    return command.id() == Method.BASIC_ACK;
  }

  /** The step that it is, for messages of these queues. */
  AmqpStep step(Set<String> queues) {
    if (acknowledges()) {
      return AmqpStep.of(AmqpStep.Kind.ACK, queues, "");
    }
    AmqpStep.Kind kind =
        command.id() == Method.BASIC_NACK ? AmqpStep.Kind.NACK : AmqpStep.Kind.REJECT;
    return back
        ? AmqpStep.of(kind, queues, "and back")
        // A dead letter goes to queues that only the broker knows.
        : AmqpStep.discarding(kind, queues);
  }
}

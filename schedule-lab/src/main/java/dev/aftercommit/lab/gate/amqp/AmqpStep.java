package dev.aftercommit.lab.gate.amqp;

import dev.aftercommit.lab.gate.Step;
import dev.aftercommit.lab.gate.Turn;
import dev.aftercommit.lab.sql.Effect;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What an actor is about to do with the broker, or the broker with it.
 *
 * @param kind what is done
 * @param place to which queues, or for a message sent by name to which exchange and routing key
 * @param detail what else there is to say; empty if nothing
 * @param queues whose messages it moves; {@link #ANY_QUEUE} if only the broker knows
 * @param faults what can go wrong at it
 * @param aftermath what may become of it since something has gone wrong before
 */
public record AmqpStep(
    Kind kind,
    String place,
    String detail,
    Set<String> queues,
    Set<Turn> faults,
    Set<Turn> aftermath)
    implements Step {

  /** What is done. */
  public enum Kind {
    /** A message on its way to the broker; over when the broker has confirmed it. */
    PUBLISH,
    /** The broker's confirm on its way to the actor. */
    CONFIRM,
    /** A message on its way from a queue to the actor. */
    DELIVER,
    /** The actor asks for one message. */
    GET,
    /** The actor is done with messages. */
    ACK,
    /** The actor gives messages back, or away. */
    NACK,
    /** The same for one message. */
    REJECT,
    /** The actor closes a channel or connection, which gives back what it has not acknowledged. */
    CLOSE
  }

  /** Stands for every queue: a step that moves messages of it conflicts with any other. */
  static final String ANY_QUEUE = "*";

  private static final int SHOWN = 60;

  public AmqpStep {
    queues = Set.copyOf(queues);
    faults = Set.copyOf(faults);
    aftermath = Set.copyOf(aftermath);
  }

  /** A step at which can go wrong what can at all of its kind. */
  public AmqpStep(Kind kind, String place, String detail, Set<String> queues) {
    this(kind, place, detail, queues, faultsAt(kind), Set.of());
  }

  static AmqpStep publish(String exchange, String routingKey, String text) {
    String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
    return exchange.isEmpty()
        ? new AmqpStep(Kind.PUBLISH, routingKey, "'%s'".formatted(shown), Set.of(routingKey))
        : new AmqpStep(
            Kind.PUBLISH, exchange + "/" + routingKey, "'%s'".formatted(shown), Set.of(ANY_QUEUE));
  }

  /** The same on a connection on which the actor waits for confirms. */
  AmqpStep confirmed() {
    Set<Turn> more = Set.of(Turn.NACK, Turn.CONFIRM_LOST, Turn.KILL);
    return new AmqpStep(kind, place, detail, queues, more, aftermath);
  }

  /** The same behind a lost confirm: the connection breaks before it, or later. */
  AmqpStep behindLostConfirm() {
    Set<Turn> others = new HashSet<>(faults);
    others.remove(Turn.CONFIRM_LOST);
    return new AmqpStep(kind, place, detail, queues, others, Set.of(Turn.CONFIRM_LOST));
  }

  static AmqpStep confirm(AmqpStep publish) {
    return new AmqpStep(Kind.CONFIRM, publish.place, "", Set.of());
  }

  /**
   * A message for one of the actor's consumers.
   *
   * @param number tells consumers of the same queue apart, from 0
   */
  static AmqpStep deliver(String queue, int number) {
    String which = number == 0 ? "" : "to consumer " + (number + 1);
    return new AmqpStep(Kind.DELIVER, queue, which, Set.of(queue));
  }

  static AmqpStep of(Kind kind, Set<String> queues, String detail) {
    return new AmqpStep(kind, String.join(", ", new TreeSet<>(queues)), detail, queues);
  }

  /** Messages of these queues go wherever the broker sends dead letters. */
  static AmqpStep discarding(Kind kind, Set<String> queues) {
    return new AmqpStep(kind, String.join(", ", new TreeSet<>(queues)), "", Set.of(ANY_QUEUE));
  }

  @Override
  public String text() {
    return "%s %s %s".formatted(kind.name().toLowerCase(Locale.ROOT), place, detail).strip();
  }

  @Override
  public String fingerprint() {
    return kind == Kind.PUBLISH
        ? "amqp:PUBLISH " + place
        : "amqp:%s %s %s".formatted(kind, place, detail);
  }

  @Override
  public Effect effect() {
    if (kind == Kind.CONFIRM) {
      return Effect.NONE;
    }
    Set<String> names = queues.stream().map(AmqpStep::named).collect(Collectors.toSet());
    return new Effect(Set.of(named(ANY_QUEUE)), names, names, false, false);
  }

  private static String named(String queue) {
    return "amqp:" + queue;
  }

  private static Set<Turn> faultsAt(Kind kind) {
    return switch (kind) {
      case PUBLISH -> Set.of(Turn.NACK, Turn.KILL);
      case CONFIRM -> Set.of(Turn.CONFIRM_LOST, Turn.KILL);
      case DELIVER -> Set.of(Turn.DUPLICATE);
      case ACK -> Set.of(Turn.CONSUMER_DIES, Turn.KILL);
      case GET, NACK, REJECT, CLOSE -> Set.of(Turn.KILL);
    };
  }
}

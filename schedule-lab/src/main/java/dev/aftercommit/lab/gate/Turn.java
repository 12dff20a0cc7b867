package dev.aftercommit.lab.gate;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What becomes of a step that has waited: it runs, or something goes wrong at it. */
public enum Turn {
  /** It reaches the server, and the answer reaches the actor. */
  RUN,
  /** It waits in a deadlock and is the one that the server gives up. */
  VICTIM,
  /** The schedule is over: it fails without reaching the server. */
  REFUSE,
  /** The connection breaks, and the commit has not reached the server. */
  LOST_BEFORE_COMMIT,
  /** The server commits, the connection breaks, and the actor does not know. */
  LOST_AFTER_COMMIT,
  /**
   * The connection breaks before the confirm is here. At the confirm the broker has taken the
   * message, and what was sent behind it may still arrive; at the message itself it has not.
   */
  CONFIRM_LOST,
  /** The broker refuses the message. */
  NACK,
  /** The consumer dies with the message in hand; the broker delivers it again. */
  CONSUMER_DIES,
  /** The message is delivered, and a copy of it will be delivered again. */
  DUPLICATE,
  /** The process is killed before the step: all its connections break. */
  KILL,
  /** Redis does not answer. */
  REDIS_UNAVAILABLE;

  /** The ones that are faults: what a scenario may allow. */
  public static List<Turn> faults() {
    return Arrays.stream(values()).filter(Turn::isFault).toList();
  }

  /**
   * The fault of this label.
   *
   * @throws IllegalArgumentException if there is none, naming all there are
   */
  public static Turn fault(String label) {
    return faults().stream()
        .filter(turn -> turn.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'%s' is no fault; there are %s"
                        .formatted(label, faults().stream().map(Turn::label).toList())));
  }

  /** Whether something goes wrong that could also go well. */
  public boolean isFault() {
    return this != RUN && this != VICTIM && this != REFUSE;
  }

  /** Whether the process ends here. */
  public boolean kills() {
    return this == KILL || this == CONSUMER_DIES;
  }

  /** As people write it: {@code lost-after-commit}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

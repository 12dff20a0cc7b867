package dev.aftercommit.consumer;

import dev.aftercommit.consumer.Reading.Unreadable;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is left of a message when the list of parked messages refuses it as it is: each step keeps
 * less of it, and after four at the most there is none, so that no message is tried for ever.
 */
final class Reduction {

  private static final int LONGEST_TEXT = 200;
  private static final int[] BODIES = {64 * 1024, 1024, 0};

  private Reduction() {}

  /** The next smaller form of the message; empty when there is nothing left to leave out. */
  static Optional<Unreadable> of(Unreadable message) {
    RawMessage raw = message.raw();
    Unreadable plain =
        new Unreadable(
            new RawMessage(plain(raw.type()), plain(raw.eventId()), raw.body(), raw.redelivered()),
            message.reason(),
            String.valueOf(plain(message.detail())));
    if (!plain.equals(message)) {
      return Optional.of(plain);
    }
    for (int length : BODIES) {
      if (raw.body().length > length) {
        return Optional.of(cut(message, length));
      }
    }
    return Optional.empty();
  }

  private static Unreadable cut(Unreadable message, int length) {
    RawMessage raw = message.raw();
    return new Unreadable(
        new RawMessage(
            raw.type(), raw.eventId(), Arrays.copyOf(raw.body(), length), raw.redelivered()),
        message.reason(),
        "first %d of %d bytes: %s".formatted(length, raw.body().length, message.detail()));
  }

  /** Printable ASCII: every database, whatever its encoding, stores it. */
  private static @Nullable String plain(@Nullable String text) {
    if (text == null) {
      return null;
    }
    String cut = text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT);
    return cut.replaceAll("[^ -~]", "?");
  }
}

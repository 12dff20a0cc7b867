package dev.aftercommit.notification.notification;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a listener has been told: everything that is visible in one snapshot, and, while a later
 * window is being read page by page, what lies in it up to one notification.
 *
 * @param told snapshot, as PostgreSQL writes it
 * @param window snapshot at the end of the window; null between two windows
 * @param settledBy transaction of the last one told of the window
 * @param id number of the last one told of the window
 */
record StreamPosition(String told, @Nullable String window, String settledBy, long id) {

  private static final int LONGEST = 8_000;
  private static final Pattern TEXT =
      Pattern.compile("(\\d+:\\d+:[\\d,]*)(?:/(\\d+:\\d+:[\\d,]*)/(\\d{1,20})/(\\d{1,18}))?");

  /** Everything visible in a snapshot is told, and nothing else. */
  static StreamPosition at(String snapshot) {
    return new StreamPosition(snapshot, null, "0", 0);
  }

  /** Reads what {@link #toString} wrote; empty when it is not that. */
  static Optional<StreamPosition> parse(@Nullable String text) {
    if (text == null || text.length() > LONGEST) {
      return Optional.empty();
    }
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        parts.group(2) == null
            ? at(parts.group(1))
            : new StreamPosition(
                parts.group(1), parts.group(2), parts.group(3), Long.parseLong(parts.group(4))));
  }

  @Override
  public String toString() {
    return window == null ? told : told + "/" + window + "/" + settledBy + "/" + id;
  }
}

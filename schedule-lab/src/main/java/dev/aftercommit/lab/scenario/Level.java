package dev.aftercommit.lab.scenario;

import java.util.Arrays;
import java.util.Locale;

/** The isolation level of transactions that name none. */
public enum Level {
  READ_COMMITTED(0),
  REPEATABLE_READ(1),
  SERIALIZABLE(2);

  private final int digit;

  Level(int digit) {
    this.digit = digit;
  }

  /** What stands for it in tokens. */
  public int digit() {
    return digit;
  }

  /** The level that this digit stands for. */
  public static Level ofDigit(int digit) {
    return Arrays.stream(values())
        .filter(level -> level.digit == digit)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No isolation level has digit " + digit));
  }

  /** As SQL and people write it. */
  public String title() {
    return name().replace('_', ' ');
  }

  /**
   * The level of this name; spaces, hyphens and underscores are alike, and so are cases.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Level of(String name) {
    String wanted = name.strip().toUpperCase(Locale.ROOT).replace(' ', '_').replace('-', '_');
    return Arrays.stream(values())
        .filter(level -> level.name().equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "No isolation level '%s': there are read-committed, repeatable-read, serializable"
                        .formatted(name)));
  }
}

package dev.aftercommit.publicids;

/**
 * How instance and sequence share the 64 bits of a key: one bit that is always 0, so that keys are
 * positive; 15 bits of instance; 48 bits of sequence.
 */
public final class IdLayout {

  public static final int SEQUENCE_BITS = 48;

  /** The greatest sequence: at a thousand ids a second, it lasts for 8,900 years. */
  public static final long MAX_SEQUENCE = (1L << SEQUENCE_BITS) - 1;

  /** The greatest instance number. */
  public static final int MAX_INSTANCE = (1 << 15) - 1;

  private IdLayout() {}

  /**
   * The key of one id.
   *
   * @throws IllegalArgumentException when a part is out of its range
   */
  public static long key(int instance, long sequence) {
    if (instance < 0 || instance > MAX_INSTANCE) {
      throw new IllegalArgumentException(
          "an instance is a number from 0 to %d, found %d".formatted(MAX_INSTANCE, instance));
    }
    if (sequence < 1 || sequence > MAX_SEQUENCE) {
      throw new IllegalArgumentException(
          "a sequence is a number from 1 to %d, found %d".formatted(MAX_SEQUENCE, sequence));
    }
    return (long) instance << SEQUENCE_BITS | sequence;
  }

  /** Whether the parts of this key are within their ranges. */
  static boolean isKey(long number) {
    return number > 0 && sequence(number) > 0;
  }

  static int instance(long key) {
    return (int) (key >>> SEQUENCE_BITS);
  }

  static long sequence(long key) {
    return key & MAX_SEQUENCE;
  }
}

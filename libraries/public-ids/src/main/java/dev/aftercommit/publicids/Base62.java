package dev.aftercommit.publicids;

import java.util.Arrays;

/** 64-bit numbers as eleven digits of an alphabet that survives URLs, mails and a double click. */
final class Base62 {

  static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  static final int RADIX = ALPHABET.length();

  /** 62^11 is a little more than 2^65. */
  static final int DIGITS = 11;

  private static final byte[] VALUES = new byte[128];

  static {
    Arrays.fill(VALUES, (byte) -1);
    for (int value = 0; value < RADIX; value++) {
      VALUES[ALPHABET.charAt(value)] = (byte) value;
    }
  }

  /**
   * 2^64 - 1. The order of the alphabet is that of its characters, so texts compare like numbers.
   */
  private static final String GREATEST = greatest();

  private Base62() {}

  static char digit(int value) {
    return ALPHABET.charAt(value);
  }

  /** The value of a digit, or -1 for any other character. */
  static int value(char digit) {
    return digit < VALUES.length ? VALUES[digit] : -1;
  }

  /** Writes the unsigned number, most significant digit first. */
  static void write(long number, char[] target, int offset) {
    long rest = number;
    for (int position = offset + DIGITS - 1; position >= offset; position--) {
      long quotient = Long.divideUnsigned(rest, RADIX);
      target[position] = digit((int) (rest - quotient * RADIX));
      rest = quotient;
    }
  }

  /** The number that these digits write, if it {@link #fits}. */
  static long read(CharSequence text, int offset) {
    long number = 0;
    for (int position = offset; position < offset + DIGITS; position++) {
      number = number * RADIX + value(text.charAt(position));
    }
    return number;
  }

  /** Whether the number that these digits write has no more than 64 bits. */
  static boolean fits(CharSequence text, int offset) {
    return text.subSequence(offset, offset + DIGITS).toString().compareTo(GREATEST) <= 0;
  }

  private static String greatest() {
    char[] digits = new char[DIGITS];
    write(-1, digits, 0);
    return new String(digits);
  }
}

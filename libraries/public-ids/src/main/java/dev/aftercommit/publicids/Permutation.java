package dev.aftercommit.publicids;

import java.util.Arrays;

/**
 * A keyed, reversible permutation of all numbers of an even width up to 64 bits: each number has
 * exactly one image, neighbours have images that look unrelated, and whoever has the key finds the
 * way back. A balanced Feistel network of {@value #ROUNDS} rounds, the number that Patarin's
 * attacks on fewer ask for; the round function is SplitMix64's finaliser over one half and a round
 * key.
 *
 * <p>This is obfuscation, not encryption: it hides order and volume from people who look at ids, it
 * does not withstand somebody who attacks it. An id grants nothing and is no secret.
 */
final class Permutation {

  private static final int ROUNDS = 6;

  private final int width;
  private final int halfWidth;
  private final long halfMask;
  private final long[] roundKeys;

  /**
   * @param label chooses one of the permutations that the key has
   * @param width bits, even, 2 to 64
   */
  Permutation(IdKey key, String label, int width) {
    if (width < 2 || width > Long.SIZE || width % 2 != 0) {
      throw new IllegalArgumentException(
          "a permutation has an even width of 2 to 64 bits, found " + width);
    }
    this.width = width;
    this.halfWidth = width / 2;
    this.halfMask = (1L << halfWidth) - 1;
    this.roundKeys = Arrays.copyOf(key.expand("permutation/" + label + "/" + width), ROUNDS);
  }

  long apply(long number) {
    requireInRange(number);
    long left = number >>> halfWidth;
    long right = number & halfMask;
    for (long roundKey : roundKeys) {
      long mixed = left ^ mix(right, roundKey);
      left = right;
      right = mixed;
    }
    return left << halfWidth | right;
  }

  long invert(long image) {
    requireInRange(image);
    long left = image >>> halfWidth;
    long right = image & halfMask;
    for (int round = ROUNDS - 1; round >= 0; round--) {
      long unmixed = right ^ mix(left, roundKeys[round]);
      right = left;
      left = unmixed;
    }
    return left << halfWidth | right;
  }

  /** As many bits as a half has, from the top, which the last shift hardly moves. */
  private long mix(long half, long roundKey) {
    long bits = half ^ roundKey;
    bits = (bits ^ bits >>> 30) * 0xbf58476d1ce4e5b9L;
    bits = (bits ^ bits >>> 27) * 0x94d049bb133111ebL;
    return bits >>> (Long.SIZE - halfWidth);
  }

  private void requireInRange(long number) {
    if (width < Long.SIZE && number >>> width != 0) {
      throw new IllegalArgumentException(
          "expected a number of %d bits, found %s".formatted(width, Long.toUnsignedString(number)));
    }
  }
}

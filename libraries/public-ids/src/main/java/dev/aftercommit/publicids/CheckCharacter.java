package dev.aftercommit.publicids;

/**
 * The last character of a token, which makes every single mistyped character and every swap of two
 * neighbours visible.
 *
 * <p>Verhoeff's scheme with the dihedral group of order 62 in place of the one of order 10. A
 * weighted sum modulo 62 could not do it: 62 is even, so there some swaps cancel out. Elements 0 to
 * 30 are the rotations of a 31-gon, 31 to 61 its reflections; multiplication does not commute. The
 * digit at position {@code i} is mapped {@code i} times before it is multiplied to the product, by
 * a mapping {@code t} with {@code x·t(y) ≠ y·t(x)} for {@code x ≠ y}.
 *
 * @see <a href="https://en.wikipedia.org/wiki/Verhoeff_algorithm">Verhoeff algorithm</a>
 */
final class CheckCharacter {

  private static final int SIDES = Base62.RADIX / 2;

  private CheckCharacter() {}

  /**
   * The check character of eleven digits.
   *
   * @param seed differs between kinds of tokens, so that digits of one kind never pass as another
   */
  static char of(int seed, CharSequence text, int offset) {
    int product = seed;
    for (int position = 0; position < Base62.DIGITS; position++) {
      int digit = Base62.value(text.charAt(offset + position));
      product = multiply(product, position % 2 == 0 ? digit : map(digit));
    }
    // Mapped as often as its position says: eleven times, which is once.
    return Base62.digit(map(invert(product)));
  }

  static int multiply(int left, int right) {
    boolean reflected = left >= SIDES;
    int turn = left % SIDES + (reflected ? SIDES - right % SIDES : right % SIDES);
    return turn % SIDES + (reflected ^ right >= SIDES ? SIDES : 0);
  }

  static int invert(int element) {
    return element < SIDES ? (SIDES - element) % SIDES : element;
  }

  /** Its own inverse: mapping twice is not mapping. */
  static int map(int element) {
    return element < SIDES ? (SIDES + 1 - element) % SIDES : element;
  }
}

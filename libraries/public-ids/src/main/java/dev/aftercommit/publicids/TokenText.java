package dev.aftercommit.publicids;

import java.nio.CharBuffer;
import java.util.Optional;

/** The letters of a token; knows nothing of keys and permutations. */
final class TokenText {

  private static final int PREFIX = 4;
  private static final int CHECK_AT = PREFIX + Base62.DIGITS;
  static final int LENGTH = CHECK_AT + 1;

  private static final int QUOTED = 40;

  private TokenText() {}

  static String write(IdType type, long image) {
    char[] text = new char[LENGTH];
    type.prefix().getChars(0, PREFIX - 1, text, 0);
    text[PREFIX - 1] = '_';
    Base62.write(image, text, PREFIX);
    text[CHECK_AT] = CheckCharacter.of(type.checkSeed(), CharBuffer.wrap(text), PREFIX);
    return new String(text);
  }

  /** The type that the prefix names; empty when it names none. */
  static Optional<IdType> type(String token) {
    return token.length() >= PREFIX && token.charAt(PREFIX - 1) == '_'
        ? IdType.ofPrefix(token.substring(0, PREFIX - 1))
        : Optional.empty();
  }

  /**
   * The 64 bits of a token of this type.
   *
   * @throws InvalidTokenException when it is none
   */
  static long read(IdType type, String token) {
    if (type(token).filter(type::equals).isEmpty()) {
      throw new InvalidTokenException(
          "expected a token that begins with %s_, found %s".formatted(type.prefix(), quote(token)));
    }
    if (token.length() != LENGTH) {
      throw new InvalidTokenException(
          "expected %d characters, found %d: %s".formatted(LENGTH, token.length(), quote(token)));
    }
    for (int position = PREFIX; position < LENGTH; position++) {
      if (Base62.value(token.charAt(position)) < 0) {
        throw new InvalidTokenException(
            "expected digits and letters after %s_, found another character at position %d: %s"
                .formatted(type.prefix(), position + 1, quote(token)));
      }
    }
    if (CheckCharacter.of(type.checkSeed(), token, PREFIX) != token.charAt(CHECK_AT)
        || !Base62.fits(token, PREFIX)) {
      throw new InvalidTokenException(
          "the check character of %s does not match: a character is mistyped"
              .formatted(quote(token)));
    }
    return Base62.read(token, PREFIX);
  }

  /** What somebody sent, short enough and clean enough for a message. */
  static String quote(String token) {
    String clean = token.replaceAll("[^\\x20-\\x7e]", "?");
    return clean.length() <= QUOTED ? clean : clean.substring(0, QUOTED) + "…";
  }
}

package dev.aftercommit.stack.imports;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * One line of a file, without its end.
 *
 * @param number from 1
 * @param bytes as they stand in the file; the first part of them when the line is too long
 * @param tooLong whether the line exceeds {@link Lines#MAX_BYTES}
 */
@SuppressWarnings("ArrayRecordComponent") // decoded, never compared
record Line(long number, byte[] bytes, boolean tooLong) {

  /** The text, if the bytes are UTF-8. */
  Optional<String> text() {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException malformed) {
      return Optional.empty();
    }
  }

  /** The text with replacement characters where the bytes are not UTF-8. */
  String shownText() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}

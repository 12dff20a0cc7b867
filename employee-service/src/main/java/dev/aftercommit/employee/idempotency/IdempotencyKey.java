package dev.aftercommit.employee.idempotency;

import dev.aftercommit.employee.problem.Problem;
import dev.aftercommit.employee.problem.Problems;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the header: a string of the structured fields of HTTP (RFC 9651, 3.3.3), quoted. Many
 * clients send it without the quotes; a key of letters, digits and {@code -._~:/+=} is taken so,
 * and means the same as in quotes.
 */
final class IdempotencyKey {

  private static final int MAX_LENGTH = 255;

  private static final Pattern FORM =
      Pattern.compile("\"((?:[ !#-\\[\\]-~]|\\\\[\"\\\\])+)\"|([A-Za-z0-9._~:/+=-]+)");

  private IdempotencyKey() {}

  /**
   * The key in the header's value.
   *
   * @throws Problem 400 when it has another form or is too long
   */
  static String parse(String header) {
    Matcher form = FORM.matcher(header.strip());
    if (!form.matches()) {
      throw malformed("found: " + shortened(header));
    }
    String key = form.group(1) == null ? form.group(2) : form.group(1);
    if (key.length() > MAX_LENGTH) {
      throw malformed("found %d characters".formatted(key.length()));
    }
    return key;
  }

  private static Problem malformed(String found) {
    return Problems.malformedRequest(
        "%s must be one string of 1 to %d printable ASCII characters in double quotes, %s"
            .formatted(RepeatableCommand.HEADER, MAX_LENGTH, found));
  }

  private static String shortened(String header) {
    return header.length() <= 40 ? header : header.substring(0, 40) + "...";
  }
}

package dev.aftercommit.events;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names one write: the subject and the version it got. A reader that is given the token answers
 * only once that version, or a newer one of the same subject, is part of its answer.
 *
 * @param subjectType {@code employee} or {@code department}
 * @param subjectId opaque identifier
 * @param version the version the write produced, from 0 to {@link Event#MAX_VERSION}
 */
public record ConsistencyToken(String subjectType, String subjectId, long version) {

  /** The HTTP header that carries the token, in answers to writes and in reads. */
  public static final String HEADER = "Consistency-Token";

  private static final int MAX_LENGTH = 200;
  private static final Pattern FORM =
      Pattern.compile("(employee|department)/([A-Za-z0-9_-]{1,64})@(\\d{1,18})");

  /** Refuses what {@link #decode} would not read back. */
  public ConsistencyToken {
    String text = subjectType + "/" + subjectId + "@" + version;
    if (!FORM.matcher(text).matches() || version > Event.MAX_VERSION) {
      throw new IllegalArgumentException(
          "a consistency token is %s with a version of at most %d, found %s"
              .formatted(FORM.pattern(), Event.MAX_VERSION, text));
    }
  }

  /** The opaque text that travels: URL-safe Base64 without padding. */
  public String encode() {
    String text = subjectType + "/" + subjectId + "@" + version;
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Reads a token back; empty when the text is not one of ours. */
  public static Optional<ConsistencyToken> decode(String encoded) {
    if (encoded.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    try {
      String text = new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8);
      Matcher parts = FORM.matcher(text);
      return parts.matches()
          ? Optional.of(
              new ConsistencyToken(parts.group(1), parts.group(2), Long.parseLong(parts.group(3))))
          : Optional.empty();
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }
}

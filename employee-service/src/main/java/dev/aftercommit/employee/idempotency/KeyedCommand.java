package dev.aftercommit.employee.idempotency;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request that came with a key.
 *
 * @param fingerprint SHA-256, in hexadecimal, of everything that decides what the request does: two
 *     requests that differ in any of it are different commands
 */
record KeyedCommand(String key, String fingerprint) {

  /**
   * Takes the fingerprint of a request.
   *
   * @param query null when there is none
   * @param ifMatch null when there is none
   */
  static KeyedCommand of(
      String key,
      String method,
      String path,
      @Nullable String query,
      @Nullable String ifMatch,
      byte[] body) {
    MessageDigest sha256 = sha256();
    for (String part : List.of(method, path, orEmpty(query), orEmpty(ifMatch))) {
      sha256.update(delimited(part.getBytes(StandardCharsets.UTF_8)));
    }
    return new KeyedCommand(key, HexFormat.of().formatHex(sha256.digest(body)));
  }

  boolean isSameAs(String otherFingerprint) {
    return fingerprint.equals(otherFingerprint);
  }

  private static String orEmpty(@Nullable String text) {
    return Objects.requireNonNullElse(text, "");
  }

  /** With its length before it, so that no text can move from one part to the next. */
  private static byte[] delimited(byte[] part) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(part.length + Integer.BYTES);
    try (DataOutputStream data = new DataOutputStream(bytes)) {
      data.writeInt(part.length);
      data.write(part);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}

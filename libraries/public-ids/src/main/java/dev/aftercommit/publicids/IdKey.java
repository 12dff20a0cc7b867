package dev.aftercommit.publicids;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The 128-bit secret that chooses the permutation. It belongs to a database for ever: under another
 * key every token that was given out would name nothing.
 */
public final class IdKey {

  /** The key of development, which everybody knows. Production sets its own. */
  public static final String DEVELOPMENT = "6166746572636f6d6d69742d64656d6f";

  private static final Pattern FORM = Pattern.compile("[0-9a-fA-F]{32}");
  private static final String MAC = "HmacSHA512";

  private final SecretKeySpec secret;

  private IdKey(byte[] secret) {
    this.secret = new SecretKeySpec(secret, MAC);
  }

  /**
   * Reads a key.
   *
   * @param hex 32 hexadecimal digits, as {@code openssl rand -hex 16} prints them
   * @throws IllegalArgumentException when it is anything else; the message does not repeat it
   */
  public static IdKey parse(String hex) {
    if (!FORM.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          "a key for public ids is 32 hexadecimal digits (openssl rand -hex 16), found %d characters%s"
              .formatted(hex.length(), hex.length() == 32 ? ", not all of them such digits" : ""));
    }
    return new IdKey(HexFormat.of().parseHex(hex));
  }

  /**
   * Tells two keys apart without giving either away: 16 hexadecimal digits that a database can keep
   * to recognise the key its ids were given out under.
   */
  public String fingerprint() {
    return HexFormat.of().formatHex(derive("fingerprint"), 0, Long.BYTES);
  }

  /** Eight numbers that depend on the whole key and the label. */
  long[] expand(String label) {
    ByteBuffer bytes = ByteBuffer.wrap(derive(label));
    long[] numbers = new long[bytes.remaining() / Long.BYTES];
    bytes.asLongBuffer().get(numbers);
    return numbers;
  }

  private byte[] derive(String label) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(secret);
      return mac.doFinal(("aftercommit/public-ids/" + label).getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK lacks " + MAC, e);
    }
  }

  /** Never the key: settings are logged. */
  @Override
  public String toString() {
    return "IdKey[fingerprint=" + fingerprint() + "]";
  }
}

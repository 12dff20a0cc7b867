package dev.aftercommit.notification.mail;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.net.IDN;
import java.nio.charset.StandardCharsets;

/**
 * Where a mail goes, as SMTP can say it: the domain in ASCII (A-labels, RFC 5891).
 *
 * @param address checked
 * @param needsUtf8 whether only a server that offers SMTPUTF8 (RFC 6531) can take it
 */
record Recipient(InternetAddress address, boolean needsUtf8) {

  /**
   * Reads an address.
   *
   * @throws AddressException when it is none; says why
   */
  static Recipient of(String email) throws AddressException {
    rejectInvisible(email);
    int at = email.lastIndexOf('@');
    if (at < 0) {
      throw new AddressException("the address has no @", email);
    }
    String local = email.substring(0, at);
    InternetAddress address = new InternetAddress();
    address.setAddress(local + "@" + toAscii(email.substring(at + 1)));
    address.validate();
    return new Recipient(address, !StandardCharsets.US_ASCII.newEncoder().canEncode(local));
  }

  private static String toAscii(String domain) throws AddressException {
    try {
      return IDN.toASCII(domain, IDN.USE_STD3_ASCII_RULES);
    } catch (IllegalArgumentException e) {
      throw new AddressException("the domain of the address is none: " + e.getMessage(), domain);
    }
  }

  private static void rejectInvisible(String email) throws AddressException {
    int[] characters = email.codePoints().toArray();
    for (int i = 0; i < characters.length; i++) {
      if (isInvisible(characters[i])) {
        throw new AddressException(
            "the address has a space or an invisible character (U+%04X) at position %d"
                .formatted(characters[i], i + 1));
      }
    }
  }

  private static boolean isInvisible(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SPACE_SEPARATOR,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.PRIVATE_USE ->
          true;
      default -> false;
    };
  }
}

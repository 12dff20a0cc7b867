package dev.aftercommit.employee.imports;

/** Why a row cannot be imported, in words for whoever made the file. */
final class RejectedRowException extends Exception {

  private static final int QUOTE_LENGTH = 60;

  RejectedRowException(String reason) {
    super(reason, null, false, false);
  }

  String reason() {
    return String.valueOf(getMessage());
  }

  /** What was found, short enough for a message. */
  static String quote(String found) {
    return found.length() <= QUOTE_LENGTH ? found : found.substring(0, QUOTE_LENGTH) + "…";
  }
}

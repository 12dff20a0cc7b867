package dev.aftercommit.publicids;

/** A text is not a token that was given out; the message says what was expected and found. */
public final class InvalidTokenException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  InvalidTokenException(String message) {
    super(message);
  }
}

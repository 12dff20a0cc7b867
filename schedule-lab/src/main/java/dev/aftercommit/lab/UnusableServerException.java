package dev.aftercommit.lab;

/**
 * A server is there, and what is in it does not let the lab use it; the message says what to do.
 */
public final class UnusableServerException extends IllegalStateException {

  private static final long serialVersionUID = 1;

  public UnusableServerException(String message) {
    super(message);
  }

  public UnusableServerException(String message, Throwable cause) {
    super(message, cause);
  }
}

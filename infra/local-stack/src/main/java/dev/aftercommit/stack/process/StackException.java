package dev.aftercommit.stack.process;

import org.jspecify.annotations.Nullable;

/**
 * A server could not be provided, started or stopped; the message says what was found and what to
 * do.
 */
public class StackException extends RuntimeException {

  public StackException(String message) {
    super(message);
  }

  public StackException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

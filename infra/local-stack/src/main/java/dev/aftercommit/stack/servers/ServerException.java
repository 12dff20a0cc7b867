package dev.aftercommit.stack.servers;

import org.jspecify.annotations.Nullable;

/**
 * A server could not be provided, started or stopped; the message says what was found and what to
 * do.
 */
public class ServerException extends RuntimeException {

  public ServerException(String message) {
    super(message);
  }

  public ServerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

package dev.aftercommit.relay;

import java.io.IOException;

/** The session must end so that the next one starts from the cursors; not a failure. */
final class NewSessionException extends IOException {

  private static final long serialVersionUID = 1L;

  NewSessionException(String reason) {
    super(reason);
  }
}

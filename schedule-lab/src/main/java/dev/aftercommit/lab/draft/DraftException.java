package dev.aftercommit.lab.draft;

/** A log from which nothing can be drafted; the message says why. */
public final class DraftException extends RuntimeException {

  DraftException(String message) {
    super(message);
  }
}
